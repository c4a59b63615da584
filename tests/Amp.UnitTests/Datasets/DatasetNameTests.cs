using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Datasets;

public sealed class DatasetNameTests
{
    private const string Hash = "2ccf0a303d05847f25d9a599aac19506228d155d8657c9696dd496eb5bed34ec";

    [Theory]
    [InlineData("_")]
    [InlineData("0x")]
    [InlineData("my_namespace")]
    public void Good_namespaces_pass(string text) => Assert.Equal(text, DatasetNames.CheckNamespace(text));

    [Theory]
    [InlineData("")]
    [InlineData("My")]
    [InlineData("a-b")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("٣")]
    [InlineData("..")]
    public void Bad_namespaces_are_refused_with_their_value(string text)
    {
        var fault = Assert.Throws<AmpException>(() => DatasetNames.CheckNamespace(text));
        Assert.Equal(ErrorCode.InvalidNamespace, fault.Code);
        Assert.Contains($"'{text}'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1a")]
    [InlineData("a/b")]
    [InlineData("A")]
    [InlineData("a ")]
    [InlineData("ſ")]
    public void Bad_names_are_refused(string text) =>
        Assert.Equal(ErrorCode.InvalidName, Assert.Throws<AmpException>(() => DatasetNames.CheckName(text)).Code);

    [Fact]
    public void Table_names_are_at_most_63_characters()
    {
        DatasetNames.CheckTable("T" + new string('a', 62));
        Assert.Equal(ErrorCode.InvalidTableName, Assert.Throws<AmpException>(() => DatasetNames.CheckTable("T" + new string('a', 63))).Code);
    }

    [Theory]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("0.0.1-rc.1+build.7", "0.0.1-rc.1")]
    [InlineData("1.0.0+a-b", "1.0.0")]
    public void Strict_versions_pass_and_lose_their_build_metadata(string text, string version) => Assert.Equal(version, DatasetVersion.Parse(text).Text);

    [Theory]
    [InlineData("1.0")]
    [InlineData("v1.0.0")]
    [InlineData("01.0.0")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0 ")]
    [InlineData("1.0.0+")]
    [InlineData("1.0.0+a+b")]
    [InlineData("")]
    [InlineData("١.0.0")]
    public void Loose_versions_are_refused(string text) =>
        Assert.Equal(ErrorCode.InvalidVersion, Assert.Throws<AmpException>(() => DatasetVersion.Parse(text)).Code);

    [Fact]
    public void Versions_are_ordered_as_semver_without_build_metadata()
    {
        string[] ascending = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.10", "10.0.0"];
        var shuffled = ascending.Reverse().Select(DatasetVersion.Parse).Order();
        Assert.Equal(ascending, shuffled.Select(v => v.Text));
        Assert.Equal(0, DatasetVersion.Parse("1.0.0+a").CompareTo(DatasetVersion.Parse("1.0.0+b")));
        Assert.Equal(DatasetVersion.Parse("1.0.0+a"), DatasetVersion.Parse("1.0.0+b"));
    }

    [Fact]
    public void Revisions_are_read_in_order_latest_dev_hash_version()
    {
        Assert.IsType<DatasetRevision.LatestRevision>(DatasetRevision.Parse("latest"));
        Assert.IsType<DatasetRevision.DevRevision>(DatasetRevision.Parse("dev"));
        var hash = Assert.IsType<DatasetRevision.HashRevision>(DatasetRevision.Parse(Hash.ToUpperInvariant()));
        Assert.Equal(Hash, hash.Hash.ToString());
        Assert.IsType<DatasetRevision.VersionRevision>(DatasetRevision.Parse("1.2.3"));
        Assert.Equal(ErrorCode.InvalidRevision, Assert.Throws<AmpException>(() => DatasetRevision.Parse("Latest")).Code);
    }

    [Theory]
    [InlineData("eth", "_/eth@latest")]
    [InlineData("a/eth", "a/eth@latest")]
    [InlineData("a/eth@dev", "a/eth@dev")]
    [InlineData("eth@1.0.0", "_/eth@1.0.0")]
    [InlineData("a/eth@" + Hash, "a/eth@" + Hash)]
    public void References_have_defaults(string text, string full) => Assert.Equal(full, DatasetReference.Parse(text).ToString());

    [Theory]
    [InlineData("a/b/c", ErrorCode.InvalidName)]
    [InlineData("/c", ErrorCode.InvalidNamespace)]
    [InlineData("a/", ErrorCode.InvalidName)]
    [InlineData("a/b@", ErrorCode.InvalidRevision)]
    [InlineData("a/b@1@2", ErrorCode.InvalidRevision)]
    public void Broken_references_name_the_broken_part(string text, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<AmpException>(() => DatasetReference.Parse(text)).Code);
}
