// Bolt for JavaScript with one listener that acknowledges and nothing else.
const { App, LogLevel } = require("@slack/bolt");

const app = new App({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  authorize: async () => ({ botToken: "xoxb-1", botId: "B0", botUserId: "U0" }),
  logLevel: LogLevel.ERROR,
});
app.action(/.*/, async ({ ack }) => ack());
app.start(Number(process.env.PORT));
