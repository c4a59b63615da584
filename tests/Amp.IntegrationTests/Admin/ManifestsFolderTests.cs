using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.Admin;

public sealed class ManifestsFolderTests
{
    [Fact]
    public async Task Manifests_of_the_folder_are_registered_at_start_and_bad_ones_do_not_stop_it()
    {
        await using var controller = await RunningController.StartAsync(folder =>
        {
            Write(folder, "demo/chain@1.0.0.json", RunningController.Manifest().ToJsonString());
            Write(folder, "demo/plain.json", RunningController.Manifest(startBlock: 3).ToJsonString());
            Write(folder, "demo/broken@1.0.0.json", "{");
            Write(folder, "demo/Bad.json", RunningController.Manifest().ToJsonString());
            Write(folder, "demo/loose@1.json", RunningController.Manifest().ToJsonString());
            Write(folder, "at_the_top.json", RunningController.Manifest().ToJsonString());
        });
        Assert.Equal(
            """{"datasets":[{"namespace":"demo","name":"chain","latest_version":"1.0.0","versions":["1.0.0"]},{"namespace":"demo","name":"plain","versions":[]}]}""",
            (await controller.GetAsync("/datasets")).Text);
    }

    [Fact]
    public async Task A_restart_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        void Prepare(string folder) => Write(folder, "demo/chain@1.0.0.json", RunningController.Manifest().ToJsonString());
        string newer;
        await using (var first = await RunningController.StartAsync(Prepare, database))
            newer = await first.RegisterAsync("demo", "chain", "1.1.0", startBlock: 9);
        await using var second = await RunningController.StartAsync(Prepare, database);
        Assert.Equal(newer, (await second.GetAsync("/datasets/demo/chain/versions/dev")).Json["manifest_hash"]!.GetValue<string>());
        Assert.Equal(2, (await second.GetAsync("/datasets/demo/chain/versions")).Json["versions"]!.AsArray().Count);
    }

    private static void Write(string folder, string name, string text)
    {
        var file = Path.Combine(folder, "manifests", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
