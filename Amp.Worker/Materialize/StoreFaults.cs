using Amp.Shared.Faults;

namespace Amp.Worker.Materialize;

/// <summary>Faults of writing a file are faults of the store.</summary>
internal static class StoreFaults
{
    public static void Guard(Action act) => Guard(() =>
    {
        act();
        return true;
    });

    public static T Guard<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RetryableException(ErrorCode.ObjectStoreError, "a segment cannot be written", e);
        }
    }
}
