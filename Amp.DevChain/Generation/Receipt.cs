namespace Amp.DevChain.Generation;

internal sealed record Receipt
{
    public required bool Succeeded { get; init; }

    public required ulong GasUsed { get; init; }

    public required ulong CumulativeGasUsed { get; init; }

    public required UInt128 EffectiveGasPrice { get; init; }

    public required byte[]? ContractAddress { get; init; }

    public required Log[] Logs { get; init; }

    /// <summary>Number in the block of the first of <see cref="Logs"/>.</summary>
    public required int FirstLogIndex { get; init; }

    public required byte[] Bloom { get; init; }
}
