// Bolt for JavaScript with two listeners that acknowledge and nothing else.
const { App, LogLevel } = require("@slack/bolt");

const app = new App({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  authorize: async () => ({ botToken: "xoxb-1", botId: "B0", botUserId: "U0" }),
  logLevel: LogLevel.ERROR,
});
app.action(/.*/, async ({ ack }) => ack());
app.view(/.*/, async ({ ack }) => ack());
app.start(Number(process.env.PORT));
