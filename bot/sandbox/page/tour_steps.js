// What one does on the tour, and how one can tell that it was done.

const CODES = ["AX4-B4T-FD8", "JPN-7K2-QX9"]; // one for each language
const isBots = (message) => message.user === "U0BOT";
const said = (slack) => slack.channels.flatMap((channel) => channel.messages.map((message) => ({ channel, message })));
const names = (message, code) => JSON.stringify(message.blocks).includes(code);
const offers = (shown, action) => shown.blocks.some((block) => block.elements?.some((one) => one.action_id?.startsWith(action)));
const pressed = (deeds, action) => deeds.some((one) => one.deed === "acts" && one.action_id.startsWith(action));
const isOffered = (slack, action) => said(slack).some(({ message }) => isBots(message) && offers(message, action)) || slack.forms.some((form) => offers(form, action));
const hasCard = (slack) => said(slack).some(({ message }) => isBots(message) && CODES.some((code) => names(message, code)) && offers(message, "reply"));

// A change that was made while its answer was lost, and after it a look at the ticket.
function lookedAfterLoss({ journal }) {
  const lost = journal.find((call) => call.outcome.endsWith("the answer was lost"));
  return !!lost && journal.some((call) => call.number > lost.number && call.verb === "GET" && call.path.endsWith("/messages"));
}

function digestAfterMove(slack, deeds) {
  const moved = deeds.findLast((one) => one.deed === "moves time");
  const isDigest = ({ channel, message }) => isBots(message) && !message.is_private && !channel.is_direct && Number(message.ts) > moved.to;
  return !!moved && said(slack).some(isDigest);
}

// A live channel's message: everybody sees it, and can reply from it.
function hasLive(slack) {
  const isLive = ({ channel, message }) => isBots(message) && !message.is_private && !channel.is_direct && offers(message, "take") && offers(message, "reply");
  return said(slack).some(isLive);
}

// `began` is the language in which the tour was begun.
export const STEPS = [
  {
    id: "queue", title: "See what waits.",
    text: "Type /ticket into the field below and press Enter to see how many customers wait, and where.",
    isDone: ({ slack }) => isOffered(slack, "list_tickets"),
  },
  {
    id: "list", title: "See who waits longest.",
    text: "Press Waiting longest below the queue.",
    isDone: ({ slack, deeds }) => pressed(deeds, "list_tickets") && isOffered(slack, "go_through"),
  },
  {
    id: "review", title: "Go through them.",
    text: "Press Go through these: one ticket after the other, each with all you can do. Press Skip to see the next; the cross closes it.",
    isDone: ({ deeds }) => pressed(deeds, "skip"),
  },
  {
    id: "look", title: "Look up a ticket.",
    text: "Type /ticket AX4-B4T-FD8. LiveAgent, on the other side, has the same ticket.",
    isDone: ({ slack }) => hasCard(slack),
  },
  {
    id: "reply", title: "Answer the customer.",
    text: "Press Reply on the card, write something, press Send. After ten seconds it is in the customers' mailbox.",
    isDone: ({ liveagent }) => liveagent.mailbox.length > 0,
  },
  {
    id: "undo", title: "Undo a reply.",
    text: "Reply again, and press Undo on the card before ten seconds are over. Nobody is e-mailed. Show ticket brings the card back.",
    isDone: ({ deeds }) => pressed(deeds, "undo"),
  },
  {
    id: "crossed", title: "Let the customer be quicker.",
    text: "Reply once more, and before it is sent, write as the customer on LiveAgent's side. You are asked before anything is sent.",
    isDone: ({ slack }) => isOffered(slack, "send_anyway"),
  },
  {
    id: "once", title: "Lose an answer.",
    text: "Make LiveAgent lose an answer, and reply (or press Send anyway). The app can't know whether the reply arrived, so it checks the ticket: the customer gets it once.",
    isDone: ({ liveagent }) => lookedAfterLoss(liveagent),
  },
  {
    id: "digest", title: "Get a digest.",
    text: "Type /ticket digest, add one, then move time forward to the next working day, 9:00: the channel gets a list of what waits.",
    isDone: ({ slack, deeds }) => digestAfterMove(slack, deeds),
  },
  {
    id: "live", title: "Watch Slack update itself.",
    text: "Type /ticket live, set it up and save. Then write as the customer, or let an agent act, on LiveAgent's side: within 15 seconds the channel shows it.",
    isDone: ({ slack }) => hasLive(slack),
  },
  {
    id: "language", title: "Be someone else.",
    text: {
      en: "Become 佐藤 花子, at the top, and type /ticket JPN-7K2-QX9: the same in Japanese. Guests and people who aren't agents are refused.",
      ja: "Become Ann Agent, at the top, and type /ticket AX4-B4T-FD8: the same in English. Guests and people who aren't agents are refused.",
    },
    isDone: ({ slack, deeds, began, language }) => language !== began && hasCard(slack) && deeds.some((one) => one.deed === "types" && one.user === slack.me),
  },
];
