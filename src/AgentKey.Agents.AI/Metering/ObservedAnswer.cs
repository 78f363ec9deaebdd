using System.Text;
using AgentKey.Agents.AI.Prices;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>What was seen of an answer so far: its parts, and what the provider says it used. One call, one thread at a time.</summary>
internal sealed class ObservedAnswer
{
    private readonly UsageDetails _usage = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<AIContent> _others = [];
    private bool _hasFinished;

    /// <summary>The model that answered, as it calls itself.</summary>
    public string? Model { get; private set; }

    /// <summary>Whether anything but usage came.</summary>
    public bool HasContent => _text.Length > 0 || _reasoning.Length > 0 || _others.Count > 0;

    /// <summary>Whether the provider reported at least one half of what it used.</summary>
    public bool HasUsage => UsageOr(0, 0) is not null;

    /// <summary>Whether usage came that was reported after the last of the answer.</summary>
    public bool HasFinalUsage { get; private set; }

    /// <summary>What the provider reported, summed, with estimates for a half that it did not; null when it reported nothing usable.</summary>
    public TokenUsage? UsageOr(long missingInput, long missingOutput) => TokenUsage.Of(_usage, missingInput, missingOutput);

    /// <summary>Takes a whole answer. Its numbers are copied, because tool loops add to the object later.</summary>
    public void Add(ChatResponse response)
    {
        Model = response.ModelId ?? Model;
        if (response.Usage is { } usage)
        {
            _usage.Add(usage);
        }

        foreach (var message in response.Messages)
        {
            AddContents(message.Contents);
        }
    }

    /// <summary>Takes the next part of a stream.</summary>
    public void Add(ChatResponseUpdate update)
    {
        Model = update.ModelId ?? Model;
        _hasFinished |= update.FinishReason is not null;
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            _usage.Add(usage.Details);
            HasFinalUsage |= _hasFinished;
        }

        AddContents(update.Contents);
    }

    /// <summary>The tokens of all that came, except for as much of the reasoning as was reported apart.</summary>
    public long CountTokens(TokenEstimator estimator, long reportedReasoning = 0)
    {
        var reasoning = estimator.OfOutput([new TextContent(_reasoning.ToString())]);
        return estimator.OfOutput([new TextContent(_text.ToString()), .. _others]) + Math.Max(0, reasoning - reportedReasoning);
    }

    private void AddContents(IEnumerable<AIContent> contents)
    {
        foreach (var content in contents)
        {
            switch (content)
            {
                case UsageContent:
                    break;
                case TextContent text:
                    _text.Append(text.Text);
                    break;
                case TextReasoningContent reasoning:
                    _reasoning.Append(reasoning.Text);
                    break;
                default:
                    _others.Add(content);
                    break;
            }
        }
    }
}
