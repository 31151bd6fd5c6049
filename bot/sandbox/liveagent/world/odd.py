"""Tickets that make trouble: what a help desk has seen after some years."""

from datetime import timedelta

from bot.sandbox.liveagent.world.people import ADAM, ANN, BUG, DELETED_TAG, SUPPORT, VIP
from bot.sandbox.liveagent.world.story import (
    Event,
    Story,
    answered,
    asked,
    noted,
    said_nothing,
)

HOSTILE_SUBJECT = "<!channel> <@U123> *bold* <https://evil.example|https://bank.example> & co"

HOSTILE_BODY = (
    "<p>&lt;!channel&gt; &lt;!here&gt; &lt;@U123&gt; <!channel> <@U123> *bold* _italic_ `code`</p>"
    "<p>&lt;https://evil.example|https://bank.example&gt; "
    '<a href="https://evil.example">https://bank.example</a> '
    '<a href="javascript:alert(1)">click</a></p>'
    "<script>alert('run by nobody')</script><style>p{display:none}</style>"
    '<img src="https://evil.example/pixel.gif" onerror="alert(1)">'
    "<p>zero\u200bwidth \u202egnihtyreve\u202c turned, \x00nul, \x07bell, \x1b[31mred\x1b[0m</p>"
    "<p>non&nbsp;breaking &amp;amp; twice escaped, one broken letter \ufffd</p>"
)

PLAIN_TEXT = """\
Hi Ann,

> Which version do you have?
> And which phone?

Version 3.2.1
Phone: Pixel 9

Steps:
  1. open the app
  2. turn the phone

-- 
Bob"""  # noqa: W291 - the line above a signature ends in a blank

GMAIL_HISTORY = (
    '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
    "On Tue, 3 Mar 2026 at 10:12, Acme Support &lt;support@acme.example&gt; wrote:<br></div>"
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">'
    "<p>Dear Victor, could you describe the noise?</p></blockquote></div>"
)

OUTLOOK_HISTORY = (
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0">'
    "<p class=MsoNormal><b>From:</b> Acme Support &lt;support@acme.example&gt;<br>"
    "<b>Sent:</b> Monday, March 2, 2026 9:30 AM<br>"
    "<b>To:</b> Victor Long &lt;victor@long.example&gt;<br>"
    "<b>Subject:</b> RE: The noise, in detail</p></div>"
    "<p class=MsoNormal>Dear Victor, we have read your letter.<o:p></o:p></p>"
)


def _long_body() -> str:
    """About 60 kB."""
    paragraph = (
        "<p>It begins with a low hum, then a click, then silence for about {n} seconds, "
        "and whoever sits next to it looks up and asks whether it is supposed to do that.</p>"
    )
    history = OUTLOOK_HISTORY + "<p class=MsoNormal>An older letter follows.</p>" * 160
    letter = "".join(paragraph.format(n=n) for n in range(1, 300))
    return f"<div>{letter}</div>{GMAIL_HISTORY}{history}"


def _long_talk() -> tuple[Event, ...]:
    """500 messages, one every 20 minutes, the customer first."""
    events = []
    for number in range(1, 501):
        ago = timedelta(minutes=20) * (501 - number)
        text = f"<p>Message {number} of 500</p>"
        event = asked("", text) if number % 2 else answered(ANN, "", text)
        events.append(Event(event.kind, event.by, ago, event.parts))
    return tuple(events)


ODD = (
    Story(
        id="hostile1",
        code="HST-1L3-X66",
        public_code="H0st1L3x66QwErTy",
        subject=HOSTILE_SUBJECT,
        owner=("<!everyone> *Mallory*", "mallory@evil.example"),
        department=SUPPORT,
        status="N",
        events=(asked("33m", HOSTILE_BODY, ("<!channel>.exe",), HOSTILE_SUBJECT),),
    ),
    Story(
        id="longmail",
        code="LNG-M41-L60",
        public_code="L0ngMa1L60kBxxYY",
        subject="The noise, in detail",
        owner=("Victor Long", "victor@long.example"),
        department=SUPPORT,
        status="C",
        assignee=ADAM,
        events=(
            asked("1d 20h", "<p>It makes a noise.</p>"),
            answered(ADAM, "1d 18h", "<p>Dear Victor, could you describe the noise?</p>"),
            asked("6h 30m", _long_body()),
        ),
    ),
    Story(
        id="manymsgs",
        code="MNY-500-MSG",
        public_code="Many500MsGsAbCdE",
        subject="It never ends",
        owner=("Percy Istent", "percy@istent.example"),
        department=SUPPORT,
        status="A",
        assignee=ANN,
        events=_long_talk(),
    ),
    Story(
        id="plain001",
        code="PLN-TXT-001",
        public_code="Pla1nTxt001ZxCvB",
        subject="Re: App closes",
        owner=("Bob Plain", "bob@plain.example"),
        department=SUPPORT,
        status="N",
        tags=(BUG,),
        events=(asked("1h 5m", PLAIN_TEXT),),
    ),
    Story(
        id="nosubjct",
        code="NSB-JCT-000",
        public_code="N0sUbJcT000mNbVc",
        subject="",
        owner=("Hasty Harry", "harry@hasty.example"),
        department=SUPPORT,
        status="N",
        events=(asked("18m", "<p>see subject</p>"),),
    ),
    Story(
        id="noname01",
        code="NNM-001-ANO",
        public_code="N0nAmE01AnOn4567",
        subject="A question",
        owner=("", "anonymous@post.example"),
        department=SUPPORT,
        status="N",
        events=(asked("2h 2m", "<p>Are you open on Sunday?</p>"),),
    ),
    Story(
        id="silent01",
        code="SLN-T01-000",
        public_code="S1lEnT010PlOkMiJ",
        subject="(nothing said)",
        owner=("Mute Swan", "swan@lake.example"),
        department=SUPPORT,
        status="N",
        events=(said_nothing("4h"),),
    ),
    Story(
        id="ghosttag",
        code="GHS-TAG-404",
        public_code="Gh0sTtAg404UhBYg",
        subject="The tag of this ticket is gone",
        owner=("Casper Weiss", "casper@weiss.example"),
        department=SUPPORT,
        status="C",
        tags=(DELETED_TAG, VIP),
        events=(
            asked("3w", "<p>Has it been decided?</p>"),
            noted(ANN, "2w 6d", "Waiting for the lawyers."),
            asked("4d 4h", "<p>Any news?</p>"),
        ),
    ),
)
