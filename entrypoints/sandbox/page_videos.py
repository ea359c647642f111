"""Videos on a Facebook Page: plain ones, reels and stories, the last two in phases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from entrypoints.sandbox import clips
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fetching import FetchError
from entrypoints.sandbox.records import PagePost
from entrypoints.sandbox.world import World

_LARGEST = 1024**3
_REELS_A_DAY = 30
_MINUTE = 60.0


def add_video(call: Call) -> Body:
    """`POST /{page}/videos`: by URL or by bytes."""
    demand_page_token(call)
    world, parameters = call.world, call.parameters
    published_at, scheduled_for = publication(call)
    draft = world.blobs.draft()
    try:
        if isinstance(parameters.get("source"), bytes):
            draft.write_bytes(parameters["source"])
        else:
            url, seconds = parameters.text("file_url"), world.settings.fetch_seconds
            world.fetcher.save(url, draft, at_most=_LARGEST, seconds=seconds)
        still = clips.poster(draft)
        blob = world.blobs.adopt(draft, ".mp4")
    except (FetchError, clips.NoVideoError) as error:
        raise GraphError(6000, message="There was a problem uploading your video file") from error
    finally:
        draft.unlink(missing_ok=True)
    with world.change():
        video = _new(call, "VIDEO")
        video.message = parameters.text("description")
        video.blobs, video.poster = [blob], world.blobs.keep(still, ".jpg")
        video.published_at, video.scheduled_for = published_at, scheduled_for
        video.post_id, video.finished = new_post_id(call), True
        world.keep(video)
    return {"id": video.id}


def reel(call: Call) -> Body:
    """`POST /{page}/video_reels`: start, then bytes to the upload host, then finish."""
    return _phase(call, "REEL")


def story(call: Call) -> Body:
    """`POST /{page}/video_stories`: the same in two phases, without a caption."""
    return _phase(call, "VIDEO_STORY")


def _phase(call: Call, shape: str) -> Body:
    demand_page_token(call)
    match call.parameters.text("upload_phase").lower():
        case "start":
            video = call.world.keep(_new(call, shape))
            address = f"/rupload.facebook.com/video-upload/{call.version or 'v26.0'}/{video.id}"
            return {"video_id": video.id, "upload_url": call.world.url(address)}
        case "finish":
            return _finish(call, shape)
        case other:
            raise GraphError(100, message=f"Param upload_phase must be start or finish, not {other!r}")


def _finish(call: Call, shape: str) -> Body:
    world, now = call.world, call.world.clock.now()
    _, video = world.nodes.get(call.parameters.text("video_id"), ("", None))
    if not isinstance(video, PagePost) or video.account != call.owner.username or video.shape != shape:
        raise GraphError(100, message="Param video_id names no upload of this Page")
    if video.finished:
        raise GraphError(100, message="The video is finished already")
    if video.failure:
        raise GraphError(int(video.failure))
    if not video.blobs:
        raise GraphError(100, message="The video has not been uploaded")
    if shape == "VIDEO_STORY":
        video.published_at = now
    else:
        _demand_reel_budget(world, video.account)
        _set_publication(call, video)
        video.message = call.parameters.text("description")
    video.finished = video.used = True
    video.post_id = new_post_id(call)
    world.keep(video)
    return {"success": True, "post_id": video.post_id} if shape == "VIDEO_STORY" else {"success": True}


def _set_publication(call: Call, video: PagePost) -> None:
    now = call.world.clock.now()
    match call.parameters.text("video_state").upper():
        case "PUBLISHED":
            video.published_at = now + call.world.settings.video_seconds
        case "DRAFT":
            video.published_at = None
        case "SCHEDULED":
            wanted = call.parameters.number("scheduled_publish_time") or 0
            if not now + 10 * _MINUTE <= wanted <= now + 29 * DAY:
                raise GraphError(100, message="Param scheduled_publish_time is outside its window")
            video.published_at = video.scheduled_for = float(wanted)
        case _:
            raise GraphError(100, message="Param video_state must be PUBLISHED, DRAFT or SCHEDULED")


def _demand_reel_budget(world: World, username: str) -> None:
    begin = world.clock.now() - DAY
    reels = (p for p in world.page_posts_of[username] if p.shape == "REEL" and p.published_at is not None)
    if sum(post.published_at is not None and post.published_at > begin for post in reels) >= _REELS_A_DAY:
        raise GraphError(368, message="The Page published as many reels as it may in 24 hours")


def fetch(world: World, video: PagePost, url: str) -> None:
    """Get the bytes of an upload session from a URL."""
    draft = world.blobs.draft()
    try:
        world.fetcher.save(url, draft, at_most=_LARGEST, seconds=world.settings.fetch_seconds)
    except FetchError:
        _fail(world, video, 6000)
    else:
        settle(world, video, draft)
    draft.unlink(missing_ok=True)


def settle(world: World, video: PagePost, file: Path) -> None:
    """Judge the bytes of an upload session and keep them."""
    try:
        code = _fault(clips.look_at(file))
        still = clips.poster(file)
    except clips.NoVideoError:
        code, still = 6000, b""
    if code:
        _fail(world, video, code)
        return
    size = file.stat().st_size
    with world.change():
        video.blobs, video.poster = [world.blobs.adopt(file, ".mp4")], world.blobs.keep(still, ".jpg")
        video.upload_size = size
        world.keep(video)


def _fail(world: World, video: PagePost, code: int) -> None:
    with world.change():
        video.failure = str(code)
        world.keep(video)


def _fault(facts: clips.ClipFacts) -> int:
    if not 9 / 16 - 0.01 <= facts.ratio <= 16 / 9 + 0.01:
        return 1363040
    if min(facts.width, facts.height) < 540 or max(facts.width, facts.height) < 960:
        return 1363127
    if not 2.95 <= facts.seconds <= 90.5:
        return 1363128
    return 0 if 23.9 <= facts.frame_rate <= 60.1 else 1363129


def status(world: World, video: PagePost) -> Body | None:
    """The phases of a video; None for what is no video."""
    if video.shape not in ("VIDEO", "REEL", "VIDEO_STORY"):
        return None
    now, uploaded = world.clock.now(), bool(video.blobs)
    live = video.published_at is not None and video.published_at <= now
    processing = (
        video.finished and not live and video.scheduled_for is None and video.published_at is not None
    )
    word = "error" if video.failure else "uploading" if not uploaded else "upload_complete"
    if video.finished:
        word = "processing" if processing else "ready"
    upload: dict[str, Any] = {
        "status": "complete" if uploaded else "error" if video.failure else "in_progress",
        "bytes_transfered": video.upload_size,
    }
    if video.failure:
        upload["errors"] = [{"code": int(video.failure), "message": GraphError(int(video.failure)).message}]
    published = "published" if live else "scheduled" if video.scheduled_for else "draft"
    return {
        "video_status": word,
        "uploading_phase": upload,
        "processing_phase": {"status": _step(done=video.finished and not processing, begun=processing)},
        "publishing_phase": {"status": _step(done=live, begun=processing), "publish_status": published},
    }


def _step(*, done: bool, begun: bool) -> str:
    return "complete" if done else "in_progress" if begun else "not_started"


def publication(call: Call) -> tuple[float | None, float | None]:
    """When something becomes visible, and whether that was scheduled; None = not by itself."""
    now, wanted = call.world.clock.now(), call.parameters.number("scheduled_publish_time")
    if call.parameters.flag("published") is not False:
        return now, None
    if wanted is None:
        return None, None
    if not now + 10 * _MINUTE <= wanted <= now + 30 * DAY:
        raise GraphError(100, message="The specified scheduled publish time is invalid")
    return float(wanted), float(wanted)


def new_post_id(call: Call) -> str:
    return f"{call.owner.page_id}_{call.world.chance.digits('122', 15)}"


def demand_page_token(call: Call) -> None:
    """Raises GraphError when the call comes with anything but a Page's token that may post."""
    if call.token.holder != "PAGE":
        raise GraphError(210)
    if "pages_manage_posts" not in call.token.scopes:
        raise GraphError(200)
    if call.owner.blocked:
        raise GraphError(368)


def _new(call: Call, shape: str) -> PagePost:
    world = call.world
    return PagePost(
        id=world.new_id("122", 17),
        account=call.owner.username,
        shape=shape,
        created_at=world.clock.now(),
    )
