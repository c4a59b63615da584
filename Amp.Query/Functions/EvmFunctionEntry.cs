namespace Amp.Query.Functions;

/// <summary>A function of chain data as users meet it.</summary>
/// <param name="Call">How it is called: <c>evm_topic(signature)</c>.</param>
/// <param name="Gives">What it gives, for its page.</param>
/// <param name="Examples">Expressions, and their values as JSON Lines shows them.</param>
internal sealed record EvmFunctionEntry(string Call, string Gives, params (string Expression, string Value)[] Examples)
{
    public string Name => Call[..Call.IndexOf('(', StringComparison.Ordinal)];

    public string? Alias { get; init; }

    /// <summary>Where it is the same for every query.</summary>
    public EvmFunction? Plain { get; init; }

    /// <summary>Where it is made for what the last argument says.</summary>
    public Func<string, EvmFunction>? BySignature { get; init; }

    /// <summary>How many arguments a call has with a signature, which is one of them.</summary>
    public Func<string, int> ArgumentsWith { get; init; } = _ => 0;
}
