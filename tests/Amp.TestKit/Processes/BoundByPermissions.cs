using System.Runtime.InteropServices;

namespace Amp.TestKit.Processes;

/// <summary>Starts processes that the permissions of files bind, also when the tests run as root.</summary>
/// <remarks>
/// What root may do beyond the permissions is a capability, and a process that root starts has those that its parent thread may hand on. A thread of its own gives
/// the one of writing away for good, starts the process and ends.
/// </remarks>
public static partial class BoundByPermissions
{
    private const int DropFromBoundingSet = 24;
    private const nuint WriteWherePermissionsForbid = 1;

    /// <param name="start">Starts the process before it first waits.</param>
    public static async Task StartAsync(Func<Task> start)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            await start();
            return;
        }

        Xunit.Assert.SkipUnless(OperatingSystem.IsLinux(), "only on Linux can root be bound by permissions");
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                started.SetResult(Control(DropFromBoundingSet, WriteWherePermissionsForbid, 0, 0, 0) == 0 ? start() : Task.FromCanceled(new CancellationToken(canceled: true)));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        thread.Start();
        var starting = await started.Task;
        if (starting.IsCanceled)
            Missing.Skip("root may not give a capability away here, so permissions do not bind what it starts");
        await starting;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
