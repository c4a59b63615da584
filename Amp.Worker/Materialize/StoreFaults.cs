using Amp.Shared.Faults;
using ParquetSharp;

namespace Amp.Worker.Materialize;

/// <summary>Faults of writing a file, whoever throws them, are faults of the store: a full disk comes as a ParquetException.</summary>
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
        catch (Exception e) when (e is ParquetException or IOException or UnauthorizedAccessException)
        {
            throw new RetryableException(ErrorCode.ObjectStoreError, "a segment cannot be written", e);
        }
    }
}
