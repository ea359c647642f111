"""Whom Instagram could not load: somebody tagged, mentioned or invited?"""

from __future__ import annotations

from dataclasses import replace

from application.posts.ports import ContainerOrder
from domain import errors
from domain.content import MediaType
from domain.upstream import Refused, Verdict

_CANNOT_LOAD, _TOO_MANY = 2207018, 2207040


def blame(refused: Refused, order: ContainerOrder) -> Refused:
    """The same refusal under the code of that part of the order which it is about."""
    verdict = refused.verdict
    subcode = verdict.upstream.subcode if verdict.upstream else None
    if subcode == _CANNOT_LOAD:
        return Refused(_unloadable(verdict, order))
    if subcode == _TOO_MANY and not order.user_tags:
        return Refused(replace(verdict, code=errors.ValidationError.code, sentence=_MENTIONS))
    if subcode == _TOO_MANY and order.media_type is MediaType.STORIES:
        return Refused(replace(verdict, code=errors.InvalidMentions.code))
    return refused


_MENTIONS = "The caption mentions more people than the 20 that Instagram allows."


def _unloadable(verdict: Verdict, order: ContainerOrder) -> Verdict:
    """Meta's text is translated, but a name in it is not; where no name helps, the order decides."""
    said = (verdict.upstream.message if verdict.upstream else None) or ""
    invited = [name for name in order.collaborators if name.lstrip("@") in said]
    tagged = [tag.username for tag in order.user_tags if tag.username.lstrip("@") in said]
    if (invited and not tagged) or (order.collaborators and not order.user_tags):
        names, code = invited, errors.InvalidCollaborators.code
    elif order.media_type is MediaType.STORIES:
        names, code = tagged, errors.InvalidMentions.code
    else:
        names, code = tagged, errors.InvalidTags.code
    sentence = f"Instagram cannot load @{names[0].lstrip('@')}." if names else verdict.sentence
    return replace(verdict, code=code, sentence=sentence)
