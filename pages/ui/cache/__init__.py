"""Every cache of the pages: what visitors share is loaded once, read-only, and in bounded number.

Nobody calls `fit` or `compile` on what is handed out here, and nobody writes into its arrays. A model that is
saved again under its name is another model: the date in its card is part of the key.

The first page is drawn before TensorFlow is imported. Nothing here imports it until a model is asked for;
`warm_up()` does so in one background thread as soon as the first page is out.
"""

from pages.ui.cache.data import (
    TUNING_LEVELS,
    filters,
    local_dataset,
    originals,
    pca,
    ready_for_pictures,
    sample_dataset,
    typical_digit,
)
from pages.ui.cache.layers import MANIFOLD, MapLayer, layer
from pages.ui.cache.maps import (
    AtlasSheet,
    CodeMap,
    Walk,
    atlas_sheet,
    code_map,
    crowding,
    has_atlas,
    map_figure,
    map_places,
    map_plane,
    walk,
)
from pages.ui.cache.store import (
    DEFAULT_MODEL,
    answering,
    card,
    cards,
    class_name,
    class_names,
    codes,
    draws_images,
    file_stem,
    forget_cards,
    has_codes,
    history,
    map_shape,
    model,
    quick_model,
    title,
    warm_up,
    warm_up_state,
)
from pages.ui.cache.trainings import jobs

__all__ = [
    "DEFAULT_MODEL",
    "MANIFOLD",
    "TUNING_LEVELS",
    "AtlasSheet",
    "CodeMap",
    "MapLayer",
    "Walk",
    "answering",
    "atlas_sheet",
    "card",
    "cards",
    "class_name",
    "class_names",
    "code_map",
    "codes",
    "crowding",
    "draws_images",
    "file_stem",
    "filters",
    "forget_cards",
    "has_atlas",
    "has_codes",
    "history",
    "jobs",
    "layer",
    "local_dataset",
    "map_figure",
    "map_places",
    "map_plane",
    "map_shape",
    "model",
    "originals",
    "pca",
    "quick_model",
    "ready_for_pictures",
    "sample_dataset",
    "title",
    "typical_digit",
    "walk",
    "warm_up",
    "warm_up_state",
]
