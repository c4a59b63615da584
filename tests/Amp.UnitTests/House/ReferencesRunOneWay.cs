using System.Xml.Linq;

namespace Amp.UnitTests.House;

public sealed class ReferencesRunOneWay
{
    /// <summary>What each project may refer to. Services meet in PostgreSQL and in the lake, never in code.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Amp.Shared"] = [],
        ["Amp.LocalPostgres"] = ["Amp.Shared"],
        ["Amp.DevChain"] = [],
        ["Amp.Chains"] = ["Amp.Shared"],
        ["Amp.Query"] = ["Amp.Chains", "Amp.Shared"],
        ["Amp.ServiceDefaults"] = ["Amp.Shared"],
        ["Amp.Migrator"] = ["Amp.Shared", "Amp.ServiceDefaults"],
        ["Amp.Controller"] = ["Amp.Query", "Amp.Chains", "Amp.Shared", "Amp.Migrator", "Amp.ServiceDefaults"],
        ["Amp.Worker"] = ["Amp.Query", "Amp.Chains", "Amp.Shared", "Amp.Migrator", "Amp.ServiceDefaults"],
        ["Amp.Server"] = ["Amp.Query", "Amp.Chains", "Amp.Shared", "Amp.Migrator", "Amp.ServiceDefaults"],
        ["Amp.Daemon"] = ["Amp.Controller", "Amp.Worker", "Amp.Server", "Amp.Migrator", "Amp.ServiceDefaults", "Amp.Shared", "Amp.LocalPostgres"],
        ["Amp.Ctl"] = ["Amp.Chains", "Amp.Shared", "Amp.ServiceDefaults"],
        ["Amp.AppHost"] = ["Amp.Controller", "Amp.Worker", "Amp.Server", "Amp.Migrator", "Amp.DevChain", "Amp.LocalPostgres"],
    };

    public static TheoryData<string> Projects => [.. _allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        var file = XDocument.Load(Path.Combine(RepositoryFiles.Root, project, project + ".csproj"));
        var references = file.Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(((string?)e.Attribute("Include") ?? "").Replace('\\', '/')));

        Assert.Empty(references.Except(_allowed[project]));
    }

    [Fact]
    public void Every_project_outside_tests_has_its_row_here()
    {
        var projects = RepositoryFiles.All
            .Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) && !f.StartsWith("tests/", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f));

        Assert.Equal(_allowed.Keys.Order(), projects.Order());
    }

    [Fact]
    public void The_picture_of_the_deployment_starts_services_and_compiles_none_of_them_in()
    {
        var file = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Amp.AppHost", "Amp.AppHost.csproj"));
        var compiledIn = file.Descendants("ProjectReference")
            .Where(e => (string?)e.Attribute("ReferenceOutputAssembly") != "false")
            .Select(e => Path.GetFileNameWithoutExtension((string?)e.Attribute("Include")));

        Assert.Equal(["Amp.LocalPostgres"], compiledIn);
    }

    [Theory]
    [InlineData("Chain", "Datasets", "Metadata", "Lake", "Faults", "Options")]
    public void The_rooms_of_Amp_Shared_are_a_closed_list(params string[] rooms)
    {
        var folders = RepositoryFiles.All
            .Where(f => f.StartsWith("Amp.Shared/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(f => f.Split('/')[1])
            .Distinct();

        Assert.Empty(folders.Except(rooms));
    }
}
