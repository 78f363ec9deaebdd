using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A client's human: answers every question in the same way, and remembers the questions.</summary>
internal sealed class Answer(string action, string name = "")
{
    private readonly List<string> _questions = [];
    private readonly List<string> _forms = [];

    public IReadOnlyList<string> Questions => _questions;

    /// <summary>The forms that came with the questions.</summary>
    public IReadOnlyList<string> Forms => _forms;

    /// <summary>What the human fills in; its name in every field unless this is said.</summary>
    public IDictionary<string, JsonElement>? Content { get; init; }

    /// <summary>What happens while the human thinks.</summary>
    public Func<Task>? Before { get; init; }

    /// <summary>Whether the client lends its model and its folders, too.</summary>
    public bool IsLending { get; init; }

    /// <summary>Whether the human can be sent to a page, too.</summary>
    public bool OpensPages { get; init; }

    /// <summary>What the client's model says: the last text that it was given, and the human's name.</summary>
    public ValueTask<CreateMessageResult> SampleAsync(CreateMessageRequestParams? request, CancellationToken cancellationToken)
    {
        var text = request!.Messages[^1].Content.OfType<TextContentBlock>().Single().Text;
        _questions.Add(text);
        return ValueTask.FromResult(new CreateMessageResult
        {
            Model = "local",
            Role = Role.Assistant,
            Content = [new TextContentBlock { Text = $"{text} {name}!" }],
        });
    }

    /// <summary>How often the client's folders were asked for.</summary>
    public int Lists { get; private set; }

    public ValueTask<ListRootsResult> ListRootsAsync(CancellationToken cancellationToken)
    {
        Lists++;
        return ValueTask.FromResult(new ListRootsResult { Roots = [new Root { Uri = $"file:///home/{name}" }] });
    }

    public async ValueTask<ElicitResult> GiveAsync(ElicitRequestParams? request, CancellationToken cancellationToken)
    {
        if (Before is not null)
        {
            await Before();
        }

        _questions.Add(request!.Message);
        _forms.Add(JsonSerializer.Serialize(request.RequestedSchema, McpJsonUtilities.DefaultOptions));
        var content = Content ?? request.RequestedSchema?.Properties.Keys.ToDictionary(key => key, _ => JsonSerializer.SerializeToElement(name));

        // The SDK's client would fill in the defaults of what the human left out.
        request.RequestedSchema = null;
        return new ElicitResult { Action = action, Content = content };
    }
}
