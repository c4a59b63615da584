using Amp.AppHost;
using Amp.AppHost.Local;
using Aspire.Hosting;

namespace Amp.UnitTests.AppHost;

public sealed class LocalArgumentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--demo false --ports-from 2000 --amp-dir /tmp/x")]
    [InlineData("--demo=false")]
    public void Known_options_with_values_are_right(string line) => Assert.Null(LocalArguments.Problem(Words(line)));

    [Theory]
    [InlineData("--demoo false", "'--demoo' is not an option of this program; --help names them")]
    [InlineData("demo", "'demo' is not an option of this program; --help names them")]
    [InlineData("--rpc", "--rpc needs a value")]
    [InlineData("--rpc --network x", "--rpc needs a value")]
    public void Others_are_named(string line, string problem) => Assert.Equal(problem, LocalArguments.Problem(Words(line)));

    [Theory]
    [InlineData("--rpc http://localhost:1", "--rpc URL and --network NAME go together: the node, and the name of its network")]
    [InlineData("--rpc x --network y", "--rpc is not the http or https URL of a node")]
    [InlineData("--ports-from 99999", "--ports-from is '99999': a number from 1 to 65000 is needed")]
    [InlineData("--containers yes", "--containers is 'yes': true or false is needed")]
    [InlineData("--demo maybe", "--demo is 'maybe': true or false is needed")]
    [InlineData("--rpc http://localhost:1 --network A", "--network is 'A': lower-case letters, digits, _ and - are allowed, a letter first")]
    public void Values_that_cannot_be_are_named(string line, string problem)
    {
        var builder = DistributedApplication.CreateBuilder(Words(line));
        Assert.Null(AppHostOptions.Read(builder.Configuration, builder.AppHostDirectory, out var said));
        Assert.Equal(problem, said);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
