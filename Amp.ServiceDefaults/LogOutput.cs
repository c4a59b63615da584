using Amp.Shared.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Amp.ServiceDefaults;

/// <summary>One line a message on the console, times in UTC, as much as AMP_LOG says.</summary>
public static class LogOutput
{
    public static ILoggingBuilder AddAmpLogging(this ILoggingBuilder logging, AmpSettings settings)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(settings.LogLevel);
        // The frameworks' own information is ours to know only when somebody looks for a fault.
        var frameworks = settings.LogLevel <= LogLevel.Debug ? settings.LogLevel : (LogLevel)Math.Max((int)settings.LogLevel, (int)LogLevel.Warning);
        foreach (var category in new[] { "Microsoft", "System", "Grpc", "Npgsql", "Polly" })
            logging.AddFilter(category, frameworks);
        // A fault at start is told once, by AmpProgram, as one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", settings.LogLevel <= LogLevel.Debug ? settings.LogLevel : LogLevel.None);
        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.UseUtcTimestamp = true;
        });
        return logging;
    }
}
