using System.Text;
using AgentKey.Agents.AI.Prices;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>What was seen of an answer so far: its parts, and what the provider says it used. One call, one thread at a time.</summary>
internal sealed class ObservedAnswer
{
    private readonly UsageDetails _usage = new();
    private readonly StringBuilder _text = new();
    private readonly List<AIContent> _others = [];

    /// <summary>The model that answered, as it calls itself.</summary>
    public string? Model { get; private set; }

    /// <summary>Whether anything but usage came.</summary>
    public bool HasContent => _text.Length > 0 || _others.Count > 0;

    /// <summary>What the provider reported, summed; null when it reported nothing usable.</summary>
    public TokenUsage? Usage => TokenUsage.Of(_usage);

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
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            _usage.Add(usage.Details);
        }

        AddContents(update.Contents);
    }

    /// <summary>The tokens of all that came.</summary>
    public long CountTokens(TokenEstimator estimator) => estimator.OfOutput([new TextContent(_text.ToString()), .. _others]);

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
                    _text.Append(reasoning.Text);
                    break;
                default:
                    _others.Add(content);
                    break;
            }
        }
    }
}
