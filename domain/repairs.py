"""What is done to a file so that Instagram takes it as one kind of post: a pure plan, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from domain import media_rules, renditions, video_recipes
from domain.content import Content, Fit, MediaType
from domain.media import Facts, Issue, Kind, Severity, Use
from domain.media_formats import JPEG, MP4
from domain.media_types import rules
from domain.renditions import Recipe
from domain.video_recipes import Picture, VideoRecipe

_FILE = UUID(int=0)


@dataclass(frozen=True)
class Repair:
    """One thing that misses a rule, and what is done about it; `before` and `after` say it in facts."""

    rule: str
    severity: Severity
    message: str
    fix: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """The repairs in the order in which they are made, and what no repair can help."""

    media_type: MediaType
    use: Use
    repairs: tuple[Repair, ...]
    obstacles: tuple[Issue, ...]
    before: Facts
    after: Facts | None
    recipe: Recipe | None = None
    video_recipe: VideoRecipe | None = None

    @property
    def ok(self) -> bool:
        """Whether the file, once repaired, can be posted this way."""
        return not self.obstacles


def plan(facts: Facts, size_bytes: int, media_type: MediaType, fit: Fit) -> Plan:
    """How a file with these facts is made fit to be posted as this type by itself."""
    return plan_of(Content(media_type, (_FILE,)), 0, {_FILE: facts}, size_bytes, fit)


def plan_of(content: Content, index: int, facts: Mapping[UUID, Facts], size_bytes: int, default: Fit) -> Plan:
    """How the file at this place of a post, whose facts must be known, is made fit for it."""
    found = facts[content.media_ids[index]]
    media_type, fit = content.media_type, content.fit or default
    use = rules(media_type).use
    if found.kind not in rules(media_type).kinds:
        kind = "picture" if found.kind is Kind.IMAGE else "video"
        wrong = Issue("kind", Severity.ERROR, f"A {kind} cannot be posted as {media_type}.", fixable=False)
        return Plan(media_type, use, (), (wrong,), found, None)
    issues = tuple(
        issue for issue in media_rules.judge(found, size_bytes) if not issue.uses or use in issue.uses
    )
    if found.kind is Kind.VIDEO:
        return _video(found, media_type, use, issues)
    alone = replace(content, media_ids=(_FILE,), text_overlays=())
    if refused := renditions.fault(alone, {_FILE: found}, fit):
        wrong = Issue("feed_ratio", Severity.ERROR, refused.sentence, fixable=True)
        return Plan(media_type, use, (), (wrong,), found, None)
    recipe = renditions.recipe(content, index, facts, fit)
    size = (recipe.width, recipe.height) if recipe else renditions.delivered(found)
    after = _delivered(found, size)
    repairs = tuple(_picture_repairs(found, after, issues, size_bytes, fit, recipe))
    return Plan(media_type, use, repairs, (), found, after, recipe)


def _delivered(facts: Facts, size: tuple[int, int]) -> Facts:
    """The facts of the JPEG that goes out."""
    return replace(
        facts,
        mime_type=JPEG.mime_type,
        width=size[0],
        height=size[1],
        orientation=1,
        colours="srgb",
        colour_profile=None,
        alpha=False,
        pages=1,
        metadata=False,
    )


def _picture_repairs(
    facts: Facts, after: Facts, issues: tuple[Issue, ...], size_bytes: int, fit: Fit, recipe: Recipe | None
) -> Iterator[Repair]:
    told = {issue.rule: issue for issue in issues}
    for rule, fix, before, now in _PICTURE_STEPS:
        if issue := told.get(rule):
            yield Repair(rule, issue.severity, issue.message, fix, before(facts), now)
    shape = f"{after.width} by {after.height}"
    whole = f"{facts.width} by {facts.height}"
    if recipe is not None:
        message = f"The picture is {whole}; this post shows {shape}."
        if issue := told.get("feed_ratio"):
            message = issue.message
        yield Repair("shape", Severity.WARNING, message, _FITS[fit], whole, shape)
    elif (after.width, after.height) != (facts.width, facts.height):
        grown = after.width > facts.width
        severity = Severity.WARNING if grown else Severity.INFO
        message = f"The picture is {whole}; it is shown in {shape}."
        fix = "It is enlarged." if grown else "It is made smaller."
        yield Repair("size", severity, message, fix, whole, shape)
    if issue := told.get("file_size"):
        yield Repair(
            "file_size",
            issue.severity,
            issue.message,
            "The quality is chosen so that it fits.",
            f"{size_bytes / media_rules.MIB:.1f} MiB",
            f"at most {media_rules.FEED.max_bytes // media_rules.MIB} MiB",
        )


def _video(facts: Facts, media_type: MediaType, use: Use, issues: tuple[Issue, ...]) -> Plan:
    faults = [issue for issue in issues if issue.severity is Severity.ERROR]
    obstacles = tuple(issue for issue in faults if not issue.fixable)
    recipe = next((made for made in video_recipes.recipes(facts, issues) if use in made.uses), None)
    if obstacles or (faults and recipe is None):
        return Plan(media_type, use, (), obstacles or tuple(faults), facts, None)
    fix = _video_fix(recipe)
    repairs = tuple(
        Repair(issue.rule, issue.severity, issue.message, fix, issue.message, "as asked") for issue in faults
    )
    after = facts
    if recipe is not None:
        encoded = recipe.picture is Picture.ENCODE
        after = replace(
            facts,
            mime_type=MP4.mime_type,
            width=recipe.width if encoded else facts.width,
            height=recipe.height if encoded else facts.height,
            video_codec="h264" if encoded else facts.video_codec,
            index_first=True,
            edit_list=False,
        )
    return Plan(media_type, use, repairs, (), facts, after, video_recipe=recipe)


def _video_fix(recipe: VideoRecipe | None) -> str:
    if recipe is None or recipe.picture is Picture.COPY:
        return "It is packed anew; the pictures are copied as they are."
    return f"It is encoded again, {recipe.width} by {recipe.height}."


def _colours(facts: Facts) -> str:
    return facts.colour_profile or facts.colours or "unknown"


_PICTURE_STEPS: tuple[tuple[str, str, Callable[[Facts], str], str], ...] = (
    ("animation", "The first picture is taken.", lambda facts: f"{facts.pages} pictures", "1 picture"),
    ("orientation", "It is turned upright.", lambda facts: f"orientation {facts.orientation}", "upright"),
    ("alpha", "What is transparent becomes white.", lambda _: "transparency", "opaque"),
    ("colours", "The colours are converted to sRGB.", _colours, "sRGB"),
    ("metadata", "None of it is sent.", lambda _: "metadata", "no metadata"),
    ("format", "It is delivered as JPEG.", lambda facts: facts.mime_type, JPEG.mime_type),
)

_FITS = {
    Fit.PAD_BLUR: "All of it is shown, on a blurred copy of itself.",
    Fit.PAD_PLAIN: "All of it is shown, on white.",
    Fit.CROP: "It is cut to the part that draws the eye.",
    Fit.REFUSE: "Its shape is kept.",
}
