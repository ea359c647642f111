"""The media pipeline: from the upload to a file that Instagram takes."""

from __future__ import annotations

from typing import Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery, amount


class MediaInvalid(DomainError):
    """The file is not a picture or video that Instagram takes, or it is not ready for use."""

    code = "MEDIA_INVALID"
    kind = Kind.INVALID
    group = Group.MEDIA
    recovery = Recovery(
        actor="caller",
        action="replace_media",
        retry="after_fix",
        text="Read `status` and `issues` of the media file: wait while it is PROCESSING, otherwise upload "
        "another file (JPEG, PNG, WebP or HEIC; MP4 or MOV).",
        call="GET /api/v1/media/{mediaId}",
    )

    def __init__(
        self, sentence: str | None = None, *, media_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, media_id=media_id, **extras)


class NoMediaId(DomainError):
    """We hold no Instagram id for this post, hence nothing that could be deleted there."""

    code = "NO_MEDIA_ID"
    kind = Kind.WRONG_STATE
    group = Group.MEDIA
    recovery = Recovery(
        actor="caller",
        action="read_again",
        retry="never",
        text="If the post was never published, cancel it instead; if it is live without an id, delete it in "
        "the Instagram app.",
        call="GET /api/v1/posts/{postId}",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class UploadError(DomainError):
    """The upload did not bring exactly one file in the field `file` within the size limit."""

    code = "UPLOAD_ERROR"
    kind = Kind.INVALID
    group = Group.MEDIA
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send one file as multipart/form-data in the field `file`, and make it smaller if it is over "
        "the limit.",
        call="POST /api/v1/media",
    )

    def __init__(
        self, sentence: str | None = None, *, limit: int | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and limit is not None:
            sentence = f"The file is larger than {amount(limit)}, the most this server takes."
        super().__init__(sentence, limit=limit, **extras)


class ProcessingFailed(DomainError):
    """The picture looked sound, but preparing it broke off or took more time or memory than allowed."""

    code = "PROCESSING_FAILED"
    kind = Kind.BROKEN
    group = Group.MEDIA
    recovery = Recovery(
        actor="caller",
        action="replace_media",
        retry="after_fix",
        text="Save the picture anew as a plain JPEG of moderate size and upload that. If it fails too, "
        "report a bug with the picture and the request id.",
        call="POST /api/v1/media",
    )

    def __init__(
        self, sentence: str | None = None, *, media_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, media_id=media_id, **extras)


class VideoProcessingFailed(DomainError):
    """The video looked sound, but preparing it broke off or took more time or memory than allowed."""

    code = "VIDEO_PROCESSING_FAILED"
    kind = Kind.BROKEN
    group = Group.MEDIA
    recovery = Recovery(
        actor="caller",
        action="replace_media",
        retry="after_fix",
        text="Export the video anew as MP4 with H.264 and AAC and upload that. If it fails too, report a "
        "bug with the video and the request id.",
        call="POST /api/v1/media",
    )

    def __init__(
        self, sentence: str | None = None, *, media_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, media_id=media_id, **extras)
