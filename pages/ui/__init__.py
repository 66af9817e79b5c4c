"""What the pages share: the only place that touches session state and caches."""

from pages.ui.navigation import insist_on_app

insist_on_app()
