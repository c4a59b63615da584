using Amp.LocalPostgres;

namespace Amp.UnitTests.LocalPostgres;

public sealed class PostgresBinariesTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 15)]
    [InlineData("postgres (PostgreSQL) 18.4", 18)]
    [InlineData("postgres (PostgreSQL) 19beta1", 19)]
    [InlineData("postgres", null)]
    [InlineData("", null)]
    public void The_major_version_is_read_from_what_the_server_says(string text, int? version) =>
        Assert.Equal(version, PostgresBinaries.ParseMajorVersion(text));
}
