using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>One entry of a type 4 transaction: its authority lets the code of an address act for it.</summary>
internal sealed record Authorization(ulong ChainId, byte[] Address, ulong Nonce, int Authority, Signature Signature);
