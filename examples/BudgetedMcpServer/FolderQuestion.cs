using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace BudgetedMcpServer;

/// <summary>Asks the client's human which folder is meant. The call goes on with the answer, and was paid for once.</summary>
internal static class FolderQuestion
{
    private const string Key = "folder";

    public static InputRequiredException Ask(IEnumerable<string> folders) => new(
        new Dictionary<string, InputRequest>
        {
            [Key] = InputRequest.ForElicitation(new ElicitRequestParams
            {
                Message = "Which folder?",
                RequestedSchema = new ElicitRequestParams.RequestSchema
                {
                    Properties = { [Key] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = [.. folders] } },
                    Required = [Key],
                },
            }),
        },
        requestState: "asked");

    /// <summary>The answer; null when nobody was asked, or nobody wanted to say.</summary>
    public static string? FindAnswer(CallToolRequestParams parameters)
    {
        if (parameters.InputResponses is not { } responses || !responses.TryGetValue(Key, out var response))
        {
            return null;
        }

        var answer = response.Deserialize(InputResponse.ElicitResultJsonTypeInfo);
        return answer is { IsAccepted: true, Content: { } content } && content.TryGetValue(Key, out var folder) && folder.ValueKind == JsonValueKind.String
            ? folder.GetString()
            : throw new ModelContextProtocol.McpException("No folder was chosen.");
    }
}
