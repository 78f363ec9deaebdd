using System.Text.Json;
using AgentKey.ModelServer;

namespace CappedKernel;

/// <summary>What the scripted model says in each part. The wanderer never stops by itself.</summary>
internal static class Script
{
    public static ModelReply Answer(ModelRequest request)
    {
        var part = request.Messages[0].Text;
        return part switch
        {
            Cast.Supervisor => Supervise(request),
            Cast.Archivist => Archive(request),
            Cast.Editor => Edit(request),
            _ => Wander(request),
        };
    }

    private static ModelReply Supervise(ModelRequest request) => request.Round switch
    {
        0 => ModelReply.Call([.. Cast.Workers.Select((worker, i) => Tool(request, i, "TeamTools_assign", new { worker = worker.Name, task = "Find out when the harbour froze." }))]),
        1 => ModelReply.Call(Tool(request, 0, "TeamTools_collect")),
        _ => ModelReply.Say("The harbour froze in the winter of 1893."),
    };

    private static ModelReply Archive(ModelRequest request) => request.Round switch
    {
        < 3 => ModelReply.Call(Tool(request, 0, "ResearchTools_search", new { query = "the harbour" })),
        < 5 => ModelReply.Call(Tool(request, 0, "ResearchTools_read", new { note = request.Round })),
        _ => ModelReply.Say("Two notes say 1893."),
    };

    private static ModelReply Edit(ModelRequest request) => request.Round switch
    {
        0 => ModelReply.Call(Tool(request, 0, "ResearchTools_search", new { query = "frost" })),
        < 3 => ModelReply.Call(Tool(request, 0, "ResearchTools_summarize", new { notes = "it froze in 1893" })),
        _ => ModelReply.Say("It froze in 1893."),
    };

    private static ModelReply Wander(ModelRequest request) => ModelReply.Call(
        [.. Enumerable.Range(0, 4).Select(i => Tool(request, i, "ResearchTools_search", new { query = $"something else, {request.Round}.{i}" }))]);

    private static ModelToolCall Tool(ModelRequest request, int index, string name, object? arguments = null) =>
        new($"call_{request.Round}_{index}", name, JsonSerializer.Serialize(arguments ?? new { }));
}
