"""What an uploader of files holds, read from the session."""

from __future__ import annotations

from typing import cast

from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile


def held(value: object) -> list[UploadedFile]:
    """The files in the session's entry of an uploader, for a callback.

    Streamlit keeps a place there for what a browser claims to have uploaded and the server does not have: a file
    that is gone, or one that never came.
    """
    files = value if isinstance(value, list) else [value]
    return [
        cast(UploadedFile, file) for file in files if file is not None and not isinstance(file, DeletedFile)
    ]
