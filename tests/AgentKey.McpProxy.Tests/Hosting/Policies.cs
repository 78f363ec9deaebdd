namespace AgentKey.McpProxy.Tests.Hosting;

internal static class Policies
{
    /// <summary>Every tool of the plain server but <c>add</c>, and one that it does not have.</summary>
    public const string Plain = """
        {
          // Prices of a server that knows nothing of them.
          "tools": {
            "echo": {"scope": "plain.echo", "cents": 1},
            "fail": {"scope": "plain.fail", "cents": 2},
            "throw": {"scope": "plain.fail", "cents": 2},
            "die": {"scope": "plain.die", "cents": 2},
            "repeat": {"scope": "plain.repeat", "cents": 1, "per": "times", "units": 10},
            "meta": {"scope": "plain.look", "cents": 0.2, "resultCharacters": 100, "upToCents": 5},
            "calls": {"scope": "plain.look", "cents": 0},
            "process": {"scope": "plain.look", "cents": 0},
            "environment": {"scope": "plain.look", "cents": 0},
            "headers": {"scope": "plain.look", "cents": 0},
            "picture": {"scope": "plain.look", "cents": 0},
            "count": {"scope": "plain.count", "cents": 3, "onFailure": "keep"},
            "ask": {"scope": "plain.ask", "cents": 3},
            "ask-count": {"scope": "plain.ask", "cents": 3},
            "ask-fail": {"scope": "plain.ask", "cents": 3},
            "ask-fail-kept": {"scope": "plain.ask", "cents": 3, "onFailure": "keep"},
            "sign-in": {"scope": "plain.ask", "cents": 0},
            "touch": {"scope": "plain.grow", "cents": 0},
            "followed": {"scope": "plain.look", "cents": 0},
            "roots-changed": {"scope": "plain.look", "cents": 0},
            "consult": {"scope": "plain.ask", "cents": 3},
            "answers": {"scope": "plain.ask", "cents": 0},
            "grow": {"scope": "plain.grow", "cents": 0},
            "old": {"scope": "plain.grow", "cents": 0},
            "new": {"scope": "plain.grow", "cents": 0},
            "log": {"scope": "plain.log", "cents": 1},
            "wait": {"scope": "plain.wait", "cents": 4},
            "gone": {"scope": "plain.gone", "cents": 1},
          },
          "prompts": {"greet": {"scope": "plain.greet", "cents": 2}, "new": {"scope": "plain.grow", "cents": 0}},
          "resources": {
            "plain://notes": {"scope": "plain.notes", "cents": 1, "resultCharacters": 10, "upToCents": 5},
            "plain://new": {"scope": "plain.grow", "cents": 0},
            "plain://items/{id}": {"scope": "plain.items", "cents": 0.5},
          },
        }
        """;
}
