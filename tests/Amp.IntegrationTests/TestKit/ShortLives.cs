using System.Runtime.CompilerServices;

namespace Amp.IntegrationTests.TestKit;

/// <summary>The services that tests start live for seconds: they inherit that nothing is compiled a second time, which would cost more than it saves.</summary>
internal static class ShortLives
{
    [ModuleInitializer]
    internal static void Begin() => Environment.SetEnvironmentVariable("DOTNET_TC_CallCountThreshold", "10000");
}
