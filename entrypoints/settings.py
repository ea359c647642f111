"""The settings: read here and nowhere else, from the environment (`PRESSROOM_*`) or a `.env` file."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.content import Fit
from domain.timing import Pace

MIB = 1024 * 1024


class Settings(BaseSettings):
    """Everything that can be set. Each field is the environment variable `PRESSROOM_` + its name."""

    model_config = SettingsConfigDict(env_prefix="PRESSROOM_", env_file=".env", extra="ignore")

    data_dir: Path | None = Field(None, description="Folder for the log, media, keys and leases.")
    host: str = Field("127.0.0.1", description="Address the HTTP server listens on.")
    port: int = Field(3001, ge=0, le=65535, description="Its port; 0 lets the system choose.")
    sandbox_port: int = Field(
        3002, ge=0, le=65535, description="The simulator's port; 0 lets the system choose."
    )
    public_url: str | None = Field(
        None, description="Address under which Instagram reaches this server; by default its own."
    )
    http_processes: int = Field(1, ge=1, le=64, description="Server processes.")
    http_threads: int = Field(16, ge=4, le=256, description="Threads of each server process.")
    rate_per_minute: int = Field(100, ge=0, description="Requests a key may make in a minute; 0 is no limit.")
    rate_per_hour: int = Field(1000, ge=0, description="Requests a key may make in an hour; 0 is no limit.")
    session_ttl: int = Field(
        12 * 3600, ge=1, description="Seconds after which somebody who logged in must do so again."
    )
    worker_slots: int = Field(8, ge=1, le=256, description="Posts a worker works on at once.")
    lease_seconds: float = Field(
        15, ge=1, le=600, description="A worker that is silent this long has lost its posts."
    )
    quiet_seconds: float = Field(
        60, ge=0, le=3600, description="Pause before a doubtful publish may be repeated."
    )
    allowed_lateness_minutes: float = Field(
        30, ge=0, le=1440, description="A post later than this is MISSED instead of sent."
    )
    upload_mib: int = Field(300, ge=1, le=4096, description="Largest upload, in MiB.")
    media_seconds: float = Field(
        30,
        gt=0,
        le=3600,
        description="Longest time one picture may take, and the measure of what a video of its length may.",
    )
    fit: Fit = Field(
        Fit.PAD_BLUR,
        description="What becomes of a picture whose shape Instagram does not take, unless a post says.",
    )
    media_processes: int = Field(1, ge=1, le=16, description="Child processes that decode media.")
    videos_at_once: int = Field(
        0, ge=0, le=64, description="Videos a machine encodes at once; 0 is one per two processors."
    )
    video_preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"] = Field(
        "veryfast", description="How much time the encoder takes for better pictures at the same size."
    )
    ffmpeg: str | None = Field(
        None, description="The ffmpeg to run; by default the one that is installed with Pressroom."
    )
    sweep_hours: float = Field(
        24, ge=0, le=8760, description="Age at which stored bytes that nothing needs are removed; 0 is never."
    )
    graph_version: str = Field("v26.0", pattern=r"^v\d+\.\d+$", description="Version of Meta's Graph API.")
    graph_timeout_seconds: float = Field(45, gt=0, le=600, description="Longest wait for Instagram's answer.")
    delete_stories: bool = Field(
        False, description="Allow deleting stories, which the Facebook host can do since December 2025."
    )
    log_level: str = Field("warning", description="debug, info, warning or error.")

    def pace(self) -> Pace:
        """The knobs of publishing."""
        return Pace(
            allowed_lateness=timedelta(minutes=self.allowed_lateness_minutes),
            quiet=timedelta(seconds=self.quiet_seconds),
            lease=timedelta(seconds=self.lease_seconds),
        )

    def video_places(self) -> int:
        """How many videos this machine encodes at once."""
        return self.videos_at_once or max(1, (os.cpu_count() or 1) // 2)

    def folder(self, *, sandbox: bool) -> Path:
        """The data folder: the one that was set, else one per mode below the home folder."""
        if self.data_dir is not None:
            return self.data_dir.expanduser()
        return Path("~/.local/share/pressroom").expanduser() / ("sandbox" if sandbox else "live")

    def environment(self) -> dict[str, str]:
        """The same settings as a child process reads them."""
        return {
            f"{self.model_config['env_prefix']}{name.upper()}": str(value)
            for name, value in self.model_dump().items()
            if value is not None
        }
