"""Pictures made for a post by real hands, published at the simulated Instagram, which looks for itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PIL import Image

from adapters.pyvips.media_workshop import VipsWorkshop
from application.media.renditions import MakeRenditions
from domain import errors
from domain.content import Fit, MentionVia, StoryMention, TextOverlay
from domain.media import MediaFile
from domain.post import Status
from tests.pictures import encode, make_picture
from tests.worlds import Killed, World


class Counting(VipsWorkshop):
    """A workshop that counts what it makes."""

    made = 0

    def render(self, *args: object, **more: object) -> object:  # type: ignore[override]
        self.made += 1
        return super().render(*args, **more)  # type: ignore[arg-type]


@pytest.fixture
def studio() -> Iterator[tuple[World, Counting]]:
    with World() as world, Counting(world.service.blobs, workers=1) as workshop:
        service = world.service
        renditions = MakeRenditions(service.log, service.media, service.blobs, workshop, Fit.PAD_BLUR)
        world.service = replace(
            service,
            receive_media=replace(service.receive_media, workshop=workshop),
            advance_post=replace(service.advance_post, renditions=renditions),
        )
        yield world, workshop


def upload(world: World, width: int, height: int, seed: int = 0) -> UUID:
    data = encode(make_picture(width, height, seed), "PNG", compress_level=1)
    return world.service.receive_media(world.caller, [data], by=world.cause()).id


def shown(world: World, media_id: UUID) -> list[Image.Image]:
    """What was made of a file for posts."""
    row = world.service.media.get(media_id)
    assert row is not None
    found = []
    for made in row.made_to_order:
        with world.service.blobs.open(made.rendition.sha256) as file:
            found.append(Image.open(io.BytesIO(file.read())))
    return found


@pytest.mark.parametrize("fit", [None, Fit.PAD_BLUR, Fit.PAD_PLAIN, Fit.CROP])
def test_a_picture_too_wide_goes_out_in_a_shape_instagram_takes(
    studio: tuple[World, Counting], fit: Fit | None
) -> None:
    world, _ = studio
    wide = upload(world, 1500, 500)
    post_id = world.publish(media_ids=(wide,), fit=fit)
    world.settle()
    assert world.row(post_id).status is Status.PUBLISHED
    (made,) = shown(world, wide)
    assert made.size == (1080, 566)
    assert len(world.live()) == 1


def test_a_post_that_refuses_says_so_before_anything_is_sent(studio: tuple[World, Counting]) -> None:
    world, workshop = studio
    wide = upload(world, 1500, 500)
    with pytest.raises(errors.MediaInvalid, match="refuses to change it"):
        world.publish(media_ids=(wide,), fit=Fit.REFUSE)
    assert workshop.made == 0


def test_every_child_of_a_carousel_has_the_shape_of_the_first(studio: tuple[World, Counting]) -> None:
    world, _ = studio
    files = (upload(world, 800, 800), upload(world, 1500, 500, 1), upload(world, 600, 1200, 2))
    post_id = world.publish(media_type="CAROUSEL", media_ids=files)
    world.settle()
    assert world.row(post_id).status is Status.PUBLISHED
    assert shown(world, files[0]) == []
    assert [made.size for file in files[1:] for made in shown(world, file)] == [(800, 800)] * 2


def test_a_story_goes_out_on_its_canvas_with_words_and_names(studio: tuple[World, Counting]) -> None:
    world, _ = studio
    file = upload(world, 800, 800)
    post_id = world.publish(
        media_type="STORIES",
        media_ids=(file,),
        text_overlays=(TextOverlay("Open now 🎉"),),
        story_mentions=(StoryMention("sandbox_creator", 0.5, 0.8, MentionVia.TAG),),
    )
    world.settle()
    assert world.row(post_id).status is Status.PUBLISHED
    assert [made.size for made in shown(world, file)] == [(1080, 1920)]


def test_equal_bytes_and_recipes_are_worked_on_once(studio: tuple[World, Counting]) -> None:
    world, workshop = studio
    one, other = upload(world, 1500, 500), upload(world, 1500, 500)
    for number, file in enumerate((one, one, other)):
        world.publish(f"number {number}", media_ids=(file,), allow_duplicate=True)
        world.settle()
    assert len(world.live()) == 3
    assert workshop.made == 1


def test_a_worker_lost_after_the_making_leaves_it_to_the_next_one_to_record(
    studio: tuple[World, Counting],
) -> None:
    world, _ = studio
    wide = upload(world, 1500, 500)

    def die(point: str, about: str) -> None:
        if point == "save" and MediaFile.Rendered.__qualname__ in about:
            world.happen = lambda point, about: None
            raise Killed

    world.happen = die
    post_id = world.publish(media_ids=(wide,))
    world.settle()
    assert world.counts["kills"] == 1
    assert world.row(post_id).status is Status.PUBLISHED
    assert len(shown(world, wide)) == 1
    assert len(world.live()) == 1


def test_bytes_that_were_lost_are_made_again(studio: tuple[World, Counting]) -> None:
    world, workshop = studio
    wide = upload(world, 1500, 500)
    world.publish("first", media_ids=(wide,))
    world.settle()
    row = world.service.media.get(wide)
    assert row is not None
    world.service.blobs.remove(row.made_to_order[0].rendition.sha256)
    world.publish("second", media_ids=(wide,), allow_duplicate=True)
    world.settle()
    assert len(world.live()) == 2
    assert workshop.made == 2


def test_deleting_a_file_takes_along_what_was_made_of_it(studio: tuple[World, Counting]) -> None:
    world, _ = studio
    wide = upload(world, 1500, 500)
    world.publish(media_ids=(wide,))
    world.settle()
    row = world.service.media.get(wide)
    assert row is not None
    kept = row.blobs()
    assert len(kept) >= 4
    world.service.delete_media(world.caller, wide, by=world.cause())
    assert [sha256 for sha256 in kept if world.service.blobs.size(sha256) is not None] == []


def test_preflight_says_what_is_done_about_each_picture(studio: tuple[World, Counting]) -> None:
    world, _ = studio
    content = world.content(media_ids=(upload(world, 1500, 500),))
    told = world.service.validate_post(world.caller, world.account.id, content, None, at=world.now())
    assert told.ok
    fixes = {found.fix for found in told.findings if found.field == "/mediaFileIds/0"}
    assert fixes >= {"It is delivered as JPEG.", "All of it is shown, on a blurred copy of itself."}


def test_sweeping_leaves_what_files_need(studio: tuple[World, Counting]) -> None:
    world, _ = studio
    wide = upload(world, 1500, 500)
    world.publish(media_ids=(wide,))
    world.settle()
    row = world.service.media.get(wide)
    assert row is not None
    world.service.sweep_blobs()
    assert all(world.service.blobs.size(sha256) is not None for sha256 in row.blobs())
