"""What a page must never do, collected while a test uses it: script errors, CSP violations, answers 5xx."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Response

# Runs before every script of the page (through the debugger, so no CSP applies to it).
REPORT_CSP = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} in ${event.sourceFile}`);
});
"""
# The browser writes such a line for every answer 4xx; refusals (409, 422) are part of the play.
REFUSAL = "the server responded with a status of 4"


@dataclass
class Watch:
    problems: list[str] = field(default_factory=list)
    # A test that cuts the line on purpose adds what the browser will complain about.
    expected: list[str] = field(default_factory=lambda: [REFUSAL])

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_CSP)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.problems.append(f"Script error: {error.error}"))
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.problems.append(f"Console: {message.text} ({message.location.get('url', '')})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"Answer {response.status}: {response.request.method} {response.url}")

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(text in problem for text in self.expected)]
