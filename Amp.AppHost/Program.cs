using Amp.AppHost;

var builder = DistributedApplication.CreateBuilder(args);
var options = AppHostOptions.Read(builder.Configuration, builder.AppHostDirectory, out var problem);
if (options is null)
{
    await Console.Error.WriteLineAsync($"error: {problem}");
    return 2;
}

Deployment.Describe(builder, options);
var app = builder.Build();
if (builder.ExecutionContext.IsPublishMode)
{
    await app.RunAsync();
    if (Environment.ExitCode == 0)
        await Console.Error.WriteLineAsync("note: the lake of this deployment is s3://amp, which the services refuse until they have object stores");
    return Environment.ExitCode;
}

try
{
    StateFolders.Prepare(options);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"error: {options.StateFolder} (--amp-dir) cannot be used: {e.Message}");
    return 1;
}

using var ended = new CancellationTokenSource();
var look = new FirstLook(options).RunAsync(ended.Token);
await app.RunAsync();
await ended.CancelAsync();
await look;
return Environment.ExitCode;
