using System.Text.Json;

namespace AgentKey.Serve.DataPlane;

/// <summary>Outcomes as programs in other languages read them, e.g. <c>already_settled</c>.</summary>
internal static class OutcomeText
{
    public static string Of<T>(T outcome)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());
}
