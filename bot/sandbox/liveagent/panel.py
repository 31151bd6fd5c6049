"""Where the link of a card leads: the place of LiveAgent's agent panel."""

from aiohttp import web

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>LiveAgent (stand-in)</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 90vh; margin: 0 1rem; }
</style>
<p>Here LiveAgent's agent panel would show ticket <b id="ticket">(none)</b>.</p>
<script>
  const show = () => {
    const found = /[;&]id=([^;&]+)/.exec(location.hash);
    document.getElementById("ticket").textContent = found ? decodeURIComponent(found[1]) : "(none)";
  };
  addEventListener("hashchange", show);
  show();
</script>
</html>
"""


async def show_panel(_request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


def routes() -> list[web.RouteDef]:
    return [web.get(path, show_panel) for path in ("/agent", "/agent/", "/agent/index.php")]
