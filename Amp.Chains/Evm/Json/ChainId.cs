using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Json;

/// <summary>The answer to eth_chainId.</summary>
internal static class ChainId
{
    public static ulong Read(ReadOnlySpan<byte> result)
    {
        try
        {
            var json = new Utf8JsonReader(result);
            var fields = new FieldReader();
            return fields.U64(fields.Text(ref json, "eth_chainId"), "eth_chainId");
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, "the answer to eth_chainId is broken JSON", e);
        }
    }
}
