"""`docs/errors.md`: the catalogue of errors."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import groupby
from string import Template

from application.catalogue import Entry, entries
from domain.errors import Group, InvalidCarousel, Recovery
from entrypoints.documentation.markdown import table, written_by
from entrypoints.http.statuses import STATUS, status_of

ACTIONS = {
    "act_on_instagram": "Do it in the Instagram app, as the account's owner.",
    "authenticate": "Send a valid key, or log in.",
    "choose_other": "It cannot be had this way; decide for one of the ways the text offers.",
    "configure": "Set something up that is missing or wrong.",
    "contact_operator": "Tell whoever runs this server.",
    "correct_request": "Change the request.",
    "log_in_again": "Begin a new login.",
    "look_up_outcome": "Find out what happened before anything else.",
    "none": "Nothing is left to do.",
    "read_again": "Fetch the present state, then decide.",
    "reconnect_account": "Connect the Instagram account again.",
    "redeploy_worker": "Deploy the cloud Worker (again).",
    "replace_media": "Use another file, or a better export of it.",
    "report_bug": "Report it with the request id.",
    "reschedule": "Choose another time.",
    "retry": "Do the same again.",
    "use_console": "A logged-in person does it in the console.",
    "wait": "Let time pass.",
}

ACTORS = {
    "caller": "whoever sent the request",
    "account_owner": "the person who owns the Instagram account or the cloud stack",
    "operator": "whoever runs this server",
    "nobody": "no one; there is nothing to be done",
}

RETRIES = {
    "never": "sending it again cannot help, or would do harm",
    "after_fix": "once the action has been done",
    "after_delay": "after `retryAfter` seconds, or after a while",
    "safe": "at once; nothing happens twice",
}


INTRODUCTION = Template(
    """\
# Errors

$note

Whatever is refused, by whichever call, the answer has one shape. Decide by `code`, which never changes; `error` is a
sentence for people, and may.

```json
$example
```

`details` is there when single fields are at fault: a list of `{field, code, message}`, where `field` is a JSON
pointer. `retryAfter` is there when waiting helps: in seconds, the same as the `Retry-After` header.

There are $every codes. $core are the core, which every client knows; the others are more precise, and each names in
`fallback` the core code it can be taken for. The fallback of a core code is itself.

The same list for programs: `GET /api/v1/errors`, and `GET /api/v1/errors/{code}` for one. No key is needed.

## How to follow a recovery

`recovery` says who acts (`actor`), what they do (`action`, and `text` in words), when the same request may be sent
again (`retry`) and, where a request helps, which (`call`). A name in braces within a call, such as `{postId}`, stands
for an id; where we know it, it is filled in.
"""  # noqa: E501
)


def errors_page() -> str:
    """The catalogue of errors, as Markdown."""
    every = entries()
    chapters = [(group, list(found)) for group, found in groupby(every, key=lambda entry: entry.group)]
    example = json.dumps(_example(), indent=2, ensure_ascii=False)
    core = sum(entry.core for entry in every)
    introduction = INTRODUCTION.substitute(
        note=written_by("the classes in `domain/errors/`"), example=example, every=len(every), core=core
    )
    return (
        "\n".join([introduction, *_vocabulary(), *_contents(chapters), *_chapters(chapters)]).rstrip() + "\n"
    )


def _vocabulary() -> Iterator[str]:
    for title, words in (("actor", ACTORS), ("retry", RETRIES), ("action", ACTIONS)):
        yield from table((f"`{title}`", "Meaning"), *((f"`{word}`", means) for word, means in words.items()))


def _example() -> dict[str, object]:
    refusal = InvalidCarousel(count=11)
    advice = dataclasses.asdict(refusal.advice())
    return {
        "error": refusal.sentence,
        "code": refusal.code,
        "status": status_of(refusal),
        "fallback": refusal.fallback,
        "requestId": "01JZ4T7K9QW2M3",
        "recovery": {name: value for name, value in advice.items() if value is not None},
    }


def _contents(chapters: list[tuple[Group, list[Entry]]]) -> Iterator[str]:
    yield "## All codes"
    yield ""
    rows = (
        (group.value, " · ".join(f"[`{entry.code}`](#{entry.code.lower()})" for entry in found))
        for group, found in chapters
    )
    yield from table(("Group", "Codes"), *rows)


def _chapters(chapters: list[tuple[Group, list[Entry]]]) -> Iterator[str]:
    for group, found in chapters:
        yield f"## {group.value}"
        yield ""
        for entry in found:
            yield from _section(entry)


def _section(entry: Entry) -> Iterator[str]:
    taken_for = f"can be taken for [`{entry.fallback}`](#{entry.fallback.lower()})"
    yield f"### `{entry.code}`"
    yield ""
    yield f"**{STATUS[entry.kind]}** · {entry.group.value} · {'core' if entry.core else taken_for}"
    yield ""
    yield entry.description
    yield ""
    yield f"**What to do:** {entry.recovery.text}"
    yield ""
    for case, recovery in entry.cases.items():
        yield f"**In the case `{case}`:** {recovery.text}"
        yield ""
    rows = [("any other", entry.recovery), *((f"`{case}`", one) for case, one in entry.cases.items())]
    if entry.cases:
        yield from table(("Case", *FIELDS), *((case, *_fields(recovery)) for case, recovery in rows))
    else:
        yield from table(FIELDS, _fields(entry.recovery))


FIELDS = ("Actor", "Action", "Retry", "Call")


def _fields(recovery: Recovery) -> tuple[str, ...]:
    call = f"`{recovery.call}`" if recovery.call else "–"
    return (f"`{recovery.actor}`", f"`{recovery.action}`", f"`{recovery.retry}`", call)
