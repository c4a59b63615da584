using Amp.Shared.Faults;

namespace Amp.Controller.Restoring;

/// <summary>Tells a file that cannot be read from a store that cannot be read.</summary>
internal sealed class FileRefusals
{
    // A store that refuses so many files refuses all of them.
    private const int Most = 16;

    private int _refused;

    /// <summary>False when the whole walk is to fail for it.</summary>
    public bool IsOfOneFile(AmpException fault) => !fault.IsRetryable || Interlocked.Increment(ref _refused) <= Most;
}
