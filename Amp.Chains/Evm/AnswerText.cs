using Amp.Chains.Rows;

namespace Amp.Chains.Evm;

/// <summary>The result of one call within the answer that holds it.</summary>
internal readonly record struct AnswerText(NativeBuffer Buffer, int Start, int Length)
{
    public ReadOnlySpan<byte> Span => Buffer.WrittenSpan.Slice(Start, Length);
}
