namespace Amp.DevChain.Encoding;

/// <summary>What a block of the load grade writes where its template leaves a hole. All are hex digits without quotes and 0x.</summary>
internal enum HoleKind : byte
{
    Number,
    BlockHash,
    ParentHash,
    Timestamp,

    /// <summary>Hash of the transaction whose index is the slot.</summary>
    TransactionHash,

    /// <summary>Nonce of the transaction whose index is the slot.</summary>
    Nonce,

    /// <summary>32 pseudo-random bytes.</summary>
    Word,

    /// <summary>32 bytes that do not begin with a zero digit and are below half the curve's order: half a signature.</summary>
    SignatureHalf,

    /// <summary>32 bytes of which the last ten are pseudo-random.</summary>
    Amount,

    /// <summary>A number of wei.</summary>
    Value,

    /// <summary>20 pseudo-random bytes.</summary>
    Address,

    /// <summary>One of the accounts of the chain.</summary>
    Account,
}
