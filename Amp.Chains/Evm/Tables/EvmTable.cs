using Apache.Arrow;

namespace Amp.Chains.Evm.Tables;

/// <summary>A table of an <c>evm-rpc</c> dataset: its name and the columns in their order.</summary>
public sealed record EvmTable(string Name, Schema Schema);
