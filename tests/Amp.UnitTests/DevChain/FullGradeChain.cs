using Amp.DevChain;

namespace Amp.UnitTests.DevChain;

/// <summary>One chain of the full grade for all tests that only read it: signing it takes most of their time.</summary>
public sealed class FullGradeChain : IAsyncLifetime
{
    private DevChainNode? _node;

    internal static DevChainSettings Settings { get; } =
        new() { Grade = Grade.Full, Seed = 7, Blocks = 48, TransactionsPerBlock = 12, LogsPerBlock = 24 };

    internal DevChainNode Node => _node ?? throw new InvalidOperationException("The chain is not started.");

    public async ValueTask InitializeAsync() => _node = await DevChainNode.StartAsync(Settings);

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
