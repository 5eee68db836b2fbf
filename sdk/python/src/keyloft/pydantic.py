"""Settings of pydantic-settings from secrets (extra `pydantic`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings, EnvSettingsSource

from .resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .secret import Secret


class KeyloftSettingsSource(EnvSettingsSource):
    """Reads fields from secrets, as pydantic-settings reads them from environment variables."""

    def __init__(self, settings_cls: type[BaseSettings], secrets: Sequence[Secret | str]) -> None:
        self._secrets = list(secrets)
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        resolved = resolve(self._secrets)
        return resolved if self.case_sensitive else _Lower({key.lower(): value for key, value in resolved.items()})

    def __repr__(self) -> str:
        return f"KeyloftSettingsSource({self._secrets!r})"


class _Lower(dict[str, "str | None"]):
    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"
