namespace Amp.LocalPostgres.Processes;

/// <summary>The signals we send; the numbers are the same on Linux and macOS except <see cref="Stop"/> and <see cref="Continue"/>.</summary>
public enum UnixSignal
{
    Hangup = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Stop,
    Continue,
}
