using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace AgentKey.Serve;

/// <summary>One endpoint of a plane, as far as documents need to know it beyond its types.</summary>
internal sealed class PlaneRoute
{
    private readonly Dictionary<int, string> _refusals = new()
    {
        [StatusCodes.Status400BadRequest] = "A member or a parameter is not acceptable; `field` names it.",
        [StatusCodes.Status401Unauthorized] = "No token of this plane.",
        [StatusCodes.Status503ServiceUnavailable] = "The store did not answer; the same request may be repeated.",
    };

    private readonly List<OpenApiParameter> _parameters = [];

    public IEnumerable<KeyValuePair<int, string>> Refusals => _refusals;

    public IEnumerable<OpenApiParameter> Parameters => _parameters;

    private IEnumerable<string> Asked => _parameters.Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name!);

    /// <exception cref="InvalidFieldException">A parameter is none of those that the endpoint takes.</exception>
    public void RequireKnown(IQueryCollection query) => KnownParameters.Require(query, Asked);

    /// <summary>Describes the id in the path.</summary>
    public PlaneRoute WithPathParameters(string pattern)
    {
        if (pattern.Contains("{id}", StringComparison.Ordinal))
        {
            MayFindNothing();
            _parameters.Add(new OpenApiParameter { Name = "id", In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        return this;
    }

    /// <summary>What it names may not be there.</summary>
    public PlaneRoute MayFindNothing()
    {
        _refusals[StatusCodes.Status404NotFound] = "There is no such thing.";
        return this;
    }

    /// <summary>An agent's key is presented.</summary>
    public PlaneRoute Identifies()
    {
        _refusals[StatusCodes.Status401Unauthorized] = "`invalid_app_token`: no token of this plane. `invalid_key`: the agent's key is not valid.";
        return this;
    }

    /// <summary>An agent's key pays.</summary>
    public PlaneRoute Pays()
    {
        Identifies();
        _refusals[StatusCodes.Status402PaymentRequired] = "The amount does not fit into what is left of a budget.";
        _refusals[StatusCodes.Status403Forbidden] = "The key does not hold the scope.";
        return this;
    }

    /// <summary>The new key may be wider than the one above it.</summary>
    public PlaneRoute Narrows()
    {
        _refusals[StatusCodes.Status403Forbidden] = "It is more than the key above allows.";
        return this;
    }

    /// <summary>It may be in a state that the request cannot change.</summary>
    public PlaneRoute HasStates()
    {
        _refusals[StatusCodes.Status409Conflict] = "It is in another state, which `code` names.";
        return this;
    }

    /// <summary>A repetition with the same header is recognised.</summary>
    public PlaneRoute MayBeRepeated()
    {
        _refusals[StatusCodes.Status503ServiceUnavailable] = "The store did not answer. Repeat it with the same Idempotency-Key; without one, it may be done twice.";
        _refusals.TryAdd(StatusCodes.Status409Conflict, "The Idempotency-Key was used before for something else.");
        _parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = "Makes a retry safe: the same request gets the first answer, with Idempotent-Replayed: true.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyKey.MaxLength },
        });
        return this;
    }

    /// <summary>It makes a secret: a repetition makes no second one, even when nobody knows what became of the first.</summary>
    public PlaneRoute Mints()
    {
        MayBeRepeated();
        _refusals[StatusCodes.Status429TooManyRequests] = "`too_many_ids`: more Idempotency-Keys than this process remembers in a day. Nothing was made.";
        _refusals[StatusCodes.Status503ServiceUnavailable] =
            "The store did not answer, and whether it was done is not known: a repetition with the same Idempotency-Key is 409 `duplicate_call`. Look at the key, and use another id.";
        return this;
    }

    /// <summary>Takes parameters in the query string.</summary>
    public PlaneRoute Asks(params (string Name, string Description)[] parameters)
    {
        _parameters.AddRange(parameters.Select(parameter => new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        }));
        return this;
    }
}
