"""The texts by kind and channel: the general one first, then those of single appointment types."""

from dataclasses import dataclass, field

from notifications.forms.template import PURPOSES
from notifications.models import Channel, MessageKind, MessageTemplate
from notifications.selectors.templates import templates_of


@dataclass
class TemplateGroup:
    kind: MessageKind
    channel: Channel
    general: MessageTemplate | None = None
    of_types: list[MessageTemplate] = field(default_factory=list)


def template_groups() -> list[TemplateGroup]:
    """One query."""
    groups = {(kind, channel): TemplateGroup(kind, channel) for kind in PURPOSES for channel in PURPOSES[kind]}
    for template in templates_of():
        group = groups.get((MessageKind(template.kind), Channel(template.channel)))
        if group is None:
            continue
        if template.appointment_type is None:
            group.general = template
        else:
            group.of_types.append(template)
    return list(groups.values())
