using Amp.Shared.Faults;
using Amp.Shared.Options;

namespace Amp.UnitTests.Options;

public sealed class ConfigurationIsCheckedAtTheDoor : IDisposable
{
    private const string Database = "metadata_db_url = \"postgresql://amp:planted-secret@db:5432/amp\"\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("amp-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("data_dirr = \"x\"", "data_dirr", "data_dir")]
    [InlineData("[writer]\ncompresion = \"zstd(1)\"", "writer.compresion", "writer.compression")]
    [InlineData("[writer.compactor]\nactiv = true", "writer.compactor.activ", "writer.compactor.active")]
    [InlineData("[opentelemetry]\ntrace_urls = \"\"", "opentelemetry.trace_urls", "opentelemetry.trace_url")]
    public void An_unknown_key_is_refused_and_the_nearest_known_one_named(string toml, string key, string nearest)
    {
        var message = Refused(toml);

        Assert.Contains($"'{key}'", message);
        Assert.Contains($"'{nearest}'", message);
    }

    [Theory]
    [InlineData("[writer]\ncompression = \"zstd(23)\"", "writer.compression", "zstd(23)")]
    [InlineData("[writer]\ncompression = \"rar\"", "writer.compression", "rar")]
    [InlineData("[writer]\nbytes = -1", "writer.bytes", "-1")]
    [InlineData("[writer]\nbytes = \"many\"", "writer.bytes", "many")]
    [InlineData("poll_interval_secs = 0", "poll_interval_secs", "0")]
    [InlineData("admin_addr = \"localhost\"", "admin_addr", "localhost")]
    [InlineData("jsonl_addr = \"0.0.0.0:99999\"", "jsonl_addr", "99999")]
    [InlineData("[opentelemetry]\ntrace_ratio = 1.5", "opentelemetry.trace_ratio", "1.5")]
    [InlineData("[metadata_db]\nauto_migrate = \"maybe\"", "metadata_db.auto_migrate", "maybe")]
    [InlineData("[metadata_db]\npool_size = 0", "metadata_db.pool_size", "0")]
    [InlineData("[writer]\nbloom_filters = true", "writer.bloom_filters", "cannot write bloom filters")]
    [InlineData("[writer]\noverflow = \"0.5\"", "writer.overflow", "0.5")]
    [InlineData("spill_location = [1]", "spill_location", "1")]
    [InlineData("admin_cors_origins = [\"https://a.example/\"]", "admin_cors_origins", "https://a.example/")]
    [InlineData("admin_cors_origins = [\"*\"]", "admin_cors_origins", "'*'")]
    [InlineData("writer = 3", "writer", "section")]
    [InlineData("max_mem_mb = 10\nquery_max_mem_mb = 11", "query_max_mem_mb", "11")]
    [InlineData("data_dir = \"s3://bucket\"", "data_dir", "s3://bucket")]
    [InlineData("data_dir = \"ftp://host\"", "data_dir", "ftp://host")]
    [InlineData("data_dir = \"az://container\"", "data_dir", "az://container")]
    [InlineData("data_dir = \"s3://\"", "data_dir", "''")]
    [InlineData("data_dir = \"s3://Bucket_1\"", "data_dir", "Bucket_1")]
    [InlineData("data_dir = \"s3://bucket/a/../b\"", "data_dir", "a/../b")]
    [InlineData("data_dir = \"s3://bucket/a?x=1\"", "data_dir", "a?x=1")]
    [InlineData("cache_dir = \"\"", "cache_dir", "empty")]
    [InlineData("cache_max_mb = 0", "cache_max_mb", "0")]
    [InlineData("data_dir = \"a\\u0000b\"", "data_dir", "U+0000")]
    [InlineData("providers_dir = \" \"", "providers_dir", "it is empty")]
    [InlineData("spill_location = [\"a\", \"\\u0000\"]", "spill_location", "U+0000")]
    public void A_bad_value_is_refused_with_key_and_value(string toml, string key, string value)
    {
        var message = Refused(toml);

        Assert.Contains(key, message);
        Assert.Contains(value, message);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var message = Refused("data_dirr = \"x\"\npoll_interval_secs = 0\n");

        Assert.Contains("data_dirr", message);
        Assert.Contains("poll_interval_secs", message);
    }

    [Fact]
    public void A_file_that_is_not_TOML_is_named_with_the_line() =>
        Assert.Contains("amp.toml' is not TOML: line 2, column 6", Refused("data_dir = \"x\"\nthis is = not = toml", withDatabase: false));

    [Theory]
    [InlineData("[metadata_db]\nurl = \"postgresql://u:planted-secret@h/d\"\nurl = \"x\"")]
    [InlineData("metadata_db = { url = \"postgresql://u:planted-secret@h/d\", url = \"b\" }")]
    [InlineData("[metadata_db]\nurl = \"postgresql://u:\"planted-secret")]
    [InlineData("[metadata_db]\nurl = planted-secret")]
    public void A_file_that_is_not_TOML_is_not_quoted(string toml)
    {
        var message = Refused(toml, withDatabase: false);

        Assert.Contains("amp.toml' is not TOML: line ", message);
        Assert.DoesNotContain("planted", message);
    }

    [Theory]
    [InlineData("poll_interval_secs = 1\npoll_interval_secs = 2", "line 2")]
    [InlineData("[writer]\nrows = 1\n[writer]\nbytes = 1", "line 3")]
    [InlineData("admin_addr = \"127.0.0.1:1\"\nadmin_api_addr = \"127.0.0.1:2\"", "admin_addr a second time")]
    public void A_key_that_is_there_twice_is_refused(string toml, string told) => Assert.Contains(told, Refused(toml, withDatabase: false));

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var missing = Path.Combine(_folder, "missing.toml");
        var fault = Assert.Throws<AmpException>(() => SettingsLoader.Load(Request([]) with { ConfigFile = missing }));

        Assert.Contains(missing, fault.Message);
    }

    [Fact]
    public void A_wrong_database_address_is_refused_without_showing_the_password()
    {
        var message = Refused("metadata_db.url = \"mysql://amp:planted-secret@db/amp\"", withDatabase: false);

        Assert.Contains("metadata_db.url", message);
        Assert.DoesNotContain("planted-secret", message);
    }

    [Fact]
    public void The_database_is_required() => Assert.Contains("metadata_db.url", Refused("", withDatabase: false));

    [Fact]
    public void An_unknown_variable_of_ours_is_refused_and_those_of_others_are_not()
    {
        var fault = Assert.Throws<AmpException>(() => Load("", new() { ["AMP_CONFIG_DATA_DIRR"] = "x" }));
        Assert.Contains("'data_dir'", fault.Message);

        Assert.NotNull(Load("", new() { ["AMP_HOST"] = "h", ["AMP_PORT"] = "1", ["AMP_URI"] = "u", ["AMP_PASSWORD"] = "p" }));
    }

    [Fact]
    public void A_variable_is_stronger_than_the_file_and_the_file_than_the_default()
    {
        var fromFile = Load("[writer]\nrows = 7\n", []);
        var fromVariable = Load("[writer]\nrows = 7\n", new() { ["AMP_CONFIG_WRITER__ROWS"] = "8" });
        var byDefault = Load("", []);

        Assert.Equal((7, 8, 0), (fromFile.Writer.Rows, fromVariable.Writer.Rows, byDefault.Writer.Rows));
    }

    [Fact]
    public void Relative_paths_start_at_the_folder_of_the_file()
    {
        var settings = Load("data_dir = \"lake\"\n", []);

        Assert.Equal(Path.Combine(_folder, "lake"), settings.DataDir);
        Assert.Equal(Path.Combine(_folder, "providers"), settings.ProvidersDir);
    }

    [Fact]
    public void Old_names_still_serve()
    {
        var settings = Load("metadata_db_url = \"postgresql://amp:s@db/amp\"\nadmin_api_addr = \"127.0.0.1:1\"\n[writer.garbage_collector]\nmin_interval = 3.0\n", [], withDatabase: false);

        Assert.Equal(1, settings.AdminAddr.Port);
        Assert.Contains("db", settings.MetadataDb.ConnectionString);
        Assert.Equal(3.0, settings.Writer.Collector.MinInterval);
    }

    [Theory]
    [InlineData("ZSTD(3)")]
    [InlineData("lz4")]
    [InlineData("Gzip")]
    [InlineData("brotli")]
    [InlineData("SNAPPY")]
    [InlineData("uncompressed")]
    public void A_codec_is_accepted_in_any_case(string codec) =>
        Assert.NotNull(Load($"[writer]\ncompression = \"{codec}\"\n", []));

    [Fact]
    public void The_password_is_shown_nowhere()
    {
        var settings = Load("", []);

        Assert.Contains("planted-secret", settings.MetadataDb.ConnectionString);
        Assert.DoesNotContain("planted-secret", settings.ToString());
    }

    [Theory]
    [InlineData("data_dir = \"s3://bucket/a/b/\"", "s3://bucket/a/b")]
    [InlineData("data_dir = \"S3://bucket\"", "s3://bucket")]
    [InlineData("data_dir = \"gs://bucket/lake\"", "gs://bucket/lake")]
    public void A_bucket_is_named_by_its_URL(string toml, string address)
    {
        var settings = Load(toml, Keys());

        Assert.Equal(address, settings.DataDir);
        Assert.Equal(Path.Combine(_folder, "cache"), settings.CacheDir);
        Assert.Equal(("eu-central-1", "id", "planted-secret-key", null), Parts(settings));
        Assert.Equal(address.StartsWith("gs", StringComparison.Ordinal) ? "https://storage.googleapis.com/" : null, settings.ObjectStorage!.Endpoint?.ToString());
        Assert.DoesNotContain("planted-secret", settings.ToString());
    }

    [Fact]
    public void Keys_are_asked_for_only_where_a_bucket_is_named() => Assert.Null(Load("", Keys()).ObjectStorage);

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("AWS_REGION", "", "AWS_DEFAULT_REGION")]
    [InlineData("AWS_REGION", "not a region", "'not a region'")]
    [InlineData("AWS_ENDPOINT", "minio:9000", "AWS_ENDPOINT is 'minio:9000'")]
    [InlineData("AWS_ENDPOINT_URL", "http://minio:9000", "AWS_ALLOW_HTTP=true")]
    [InlineData("AWS_ENDPOINT_URL", "https://u:planted-secret@minio:9000", "AWS_ENDPOINT_URL is a value that is not shown")]
    [InlineData("AWS_ALLOW_HTTP", "maybe", "'maybe'")]
    public void What_is_wrong_with_the_way_to_a_bucket_is_told_by_its_variable(string variable, string value, string told)
    {
        var environment = Keys();
        environment[variable] = value;
        if (variable == "AWS_ALLOW_HTTP")
            environment["AWS_ENDPOINT_URL"] = "http://minio:9000";
        var message = AmpException.Describe(Assert.Throws<AmpException>(() => Load("providers_dir = \"s3://bucket\"", environment)));

        Assert.Contains(told, message);
        Assert.DoesNotContain("planted-secret", message);
    }

    [Fact]
    public void An_endpoint_of_ones_own_needs_no_region_and_http_needs_a_word()
    {
        var environment = Keys();
        environment.Remove("AWS_REGION");
        environment["AWS_ENDPOINT"] = "http://minio:9000";
        environment["AWS_ALLOW_HTTP"] = "true";
        var settings = Load("manifests_dir = \"s3://bucket\"", environment).ObjectStorage!;

        Assert.Equal((new Uri("http://minio:9000"), "us-east-1"), (settings.Endpoint, settings.Region));
    }

    private static (string Region, string Id, string Secret, string? Token) Parts(AmpSettings settings) =>
        (settings.ObjectStorage!.Region, settings.ObjectStorage.AccessKeyId, settings.ObjectStorage.SecretAccessKey, settings.ObjectStorage.SessionToken);

    private static Dictionary<string, string> Keys() => new(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = "id",
        ["AWS_SECRET_ACCESS_KEY"] = "planted-secret-key",
        ["AWS_REGION"] = "eu-central-1",
    };

    private string Refused(string toml, bool withDatabase = true) => AmpException.Describe(Assert.Throws<AmpException>(() => Load(toml, [], withDatabase)));

    private AmpSettings Load(string toml, Dictionary<string, string> environment, bool withDatabase = true)
    {
        var file = Path.Combine(_folder, "amp.toml");
        File.WriteAllText(file, (withDatabase ? Database : "") + toml);
        return SettingsLoader.Load(Request(environment) with { ConfigFile = file });
    }

    private SettingsRequest Request(Dictionary<string, string> environment) => new() { Environment = environment, CurrentFolder = _folder };
}
