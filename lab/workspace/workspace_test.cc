#include "lab/workspace/workspace.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lab/program/command.h"
#include "lab/program/files.h"
#include "lab/workspace/progress.h"

namespace golab::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string Fixture(const std::string& path) {
  return *ReadFile(std::string(FIXTURE) + "/" + path);
}

TEST(TaskFilesTest, EmbedsEveryByte) {
  EXPECT_THAT(TaskFiles::Ids(), ElementsAre("task1", "task2"));
  for (const std::string& id : TaskFiles::Ids()) {
    for (const TaskFile& file : TaskFiles::Of(id)) {
      EXPECT_EQ(file.bytes, Fixture(id + "/" + std::string(file.path))) << file.path;
    }
  }
  EXPECT_EQ(TaskFiles::Of("task2").size(), 7u);
  EXPECT_EQ(TaskFiles::Bytes("task2", "bytes").size(), 10u);
  EXPECT_NE(TaskFiles::Bytes("task2", "empty").data(), nullptr);
  EXPECT_EQ(TaskFiles::Bytes("task2", "nothing").data(), nullptr);
  EXPECT_TRUE(TaskFiles::Of("task3").empty());
  EXPECT_EQ(TaskFiles::In("task1", "starter").at(0).path, "main.cc");
  EXPECT_FALSE(TaskFiles::Add("task1", {}));
}

class WorkspaceTest : public testing::Test {
 protected:
  WorkspaceTest() : folder_(std::move(*PrivateFolder::Make("", "workspace-test-"))) {
    settings_.golab_version = "0.1.0";
    settings_.include_dir = STANDIN_INCLUDE;
    settings_.prefix = Path("prefix");
    settings_.golab = "/opt/golab \"x\"/bin/golab";
  }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  Result<InitOutcome> Init(const std::string& name = "ws") const {
    return InitWorkspace(Path(name), {{"task1", "Hello"}, {"task2", "Work"}}, settings_);
  }

  // A message without the folder's name.
  std::string Refusal(const Result<InitOutcome>& outcome) const {
    EXPECT_FALSE(outcome.has_value());
    if (outcome) return "";
    EXPECT_EQ(outcome.error().exit_class, ExitClass::kUsage);
    std::string text = outcome.error().Text();
    for (std::size_t at; (at = text.find(folder_.path() + "/")) != std::string::npos;) {
      text.erase(at, folder_.path().size() + 1);
    }
    return text;
  }

  void Write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name)) << bytes;
  }

  std::string Read(const std::string& name) const { return *ReadFile(Path(name)); }

  std::set<std::string> Tree(const std::string& name) const {
    std::set<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(Path(name))) {
      if (!entry.is_directory()) paths.insert(entry.path().lexically_relative(Path(name)));
    }
    return paths;
  }

  Subject In(const std::string& name, const std::string& task) const {
    return *ResolveIn(Path(name), task);
  }

  PrivateFolder folder_;
  WorkspaceSettings settings_;
};

TEST_F(WorkspaceTest, InitMakesAWholeFolder) {
  auto outcome = Init("new/ws");
  ASSERT_TRUE(outcome.has_value()) << outcome.error().Text();
  EXPECT_EQ(outcome->root, Path("new/ws"));
  EXPECT_THAT(outcome->kept, IsEmpty());
  EXPECT_THAT(
      Tree("new/ws"),
      UnorderedElementsAre(".clangd", ".gitignore", ".vscode/launch.json", ".vscode/tasks.json",
                           "CMakeLists.txt", "README.md", "compile_commands.json", "golab.toml",
                           "task1/README.md", "task1/main.cc", "task2/README.md", "task2/work.cc",
                           "task2/work.h"));
  EXPECT_EQ(Tree("new/ws").size(), outcome->made.size());
  EXPECT_EQ(Read("new/ws/task1/main.cc"), Fixture("task1/starter/main.cc"));
  EXPECT_EQ(Read("new/ws/golab.toml"),
            "# This folder is a golab workspace: golab finds it from every folder inside.\nformat "
            "= 1\ngolab = \"0.1.0\"\n");
  EXPECT_THAT(ListFolder(Path("new")).value(), ElementsAre("ws"));
  struct stat st;
  ASSERT_EQ(::stat(Path("new/ws").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0755u);
}

TEST_F(WorkspaceTest, InitByARelativePath) {
  const std::string here = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  auto outcome = InitWorkspace("relative//", {{"task1", "Hello"}}, settings_);
  std::filesystem::create_directory("dot");
  std::filesystem::current_path(Path("dot"));
  auto dot = InitWorkspace(".", {{"task1", "Hello"}}, settings_);
  std::filesystem::current_path(here);
  EXPECT_EQ(outcome->root, Path("relative"));
  EXPECT_EQ(dot->root, Path("dot"));
  EXPECT_EQ(FindWorkspace(Path("dot/task1")), Path("dot"));
}

TEST_F(WorkspaceTest, EditorFilesAreJson) {
  ASSERT_TRUE(Init());
  const auto tasks = nlohmann::json::parse(Read("ws/.vscode/tasks.json"));
  EXPECT_EQ(tasks["tasks"][0]["command"], "/opt/golab \"x\"/bin/golab");
  EXPECT_EQ(tasks["tasks"][0]["problemMatcher"].size(), 2u);
  EXPECT_EQ(tasks["tasks"][0]["problemMatcher"][0]["pattern"].size(), 2u);
  EXPECT_EQ(tasks["tasks"][0]["problemMatcher"][1]["pattern"].size(), 3u);
  const nlohmann::json launch = nlohmann::json::parse(Read("ws/.vscode/launch.json"));
  EXPECT_EQ(launch["configurations"][0]["setupCommands"][0]["text"],
            "add-auto-load-safe-path " + settings_.prefix);  // `info goroutines`
  const auto commands = nlohmann::json::parse(Read("ws/compile_commands.json"));
  ASSERT_EQ(commands.size(), 2u);  // no headers
  EXPECT_EQ(commands[1]["directory"], Path("ws/task2"));
  EXPECT_EQ(commands[1]["file"], "work.cc");
}

TEST_F(WorkspaceTest, BuildsByItself) {
  std::filesystem::create_directories(Path("prefix"));
  std::filesystem::create_directory_symlink(STANDIN_INCLUDE, Path("prefix/include"));
  std::filesystem::create_directory_symlink(std::filesystem::path(STANDIN_LIBRARY).parent_path(),
                                            Path("prefix/lib"));
  ASSERT_TRUE(Init());
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"-S", Path("ws"), "-B", Path("ws/build")},
        {"--build", Path("ws/build")}}) {
    SpawnSpec spec;
    spec.path = CMAKE;
    spec.argv = {"cmake"};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.environment = {"PATH=/usr/bin:/bin"};
    auto result = RunCommand(spec, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->wait_status, 0) << result->output;
  }
  for (const char* name : {"task1", "task2"}) {
    SpawnSpec spec;
    spec.path = Path("ws/build/") + name;
    spec.argv = {name};
    auto result = RunCommand(spec, {});
    ASSERT_TRUE(result.has_value()) << result.error().Text();
    EXPECT_EQ(result->wait_status, 0);
  }
  EXPECT_TRUE(IsStillStarter(Path("ws/task1"), "task1"));
}

TEST_F(WorkspaceTest, InitIntoAnEmptyFolderAndIntoAClone) {
  std::filesystem::create_directory(Path("ws"));
  EXPECT_TRUE(Init());
  EXPECT_EQ(Tree("ws").size(), 13u);

  Write("clone/.git/HEAD", "ref");
  Write("clone/README.md", "mine");
  Write("clone/.vscode/tasks.json", "mine too");
  auto outcome = Init("clone");
  ASSERT_TRUE(outcome.has_value()) << outcome.error().Text();
  EXPECT_THAT(outcome->kept, ElementsAre(".vscode/tasks.json", "README.md"));
  EXPECT_EQ(Read("clone/README.md"), "mine");
  EXPECT_EQ(Read("clone/.vscode/tasks.json"), "mine too");
  EXPECT_EQ(Tree("clone").size(), 14u);
}

TEST_F(WorkspaceTest, InitOverwritesNothing) {
  Write("ws/task2/work.cc", "mine");
  Write("ws/CMakeLists.txt", "mine");
  const auto before = Tree("ws");
  EXPECT_EQ(
      Refusal(Init()),
      "golab init overwrites nothing: 'ws' has 'task2', 'CMakeLists.txt' (choose another folder)");
  EXPECT_EQ(Tree("ws"), before);
  Write("file", "x");
  EXPECT_EQ(Refusal(Init("file")), "'file' is not a folder");
  EXPECT_EQ(Refusal(Init("file/below")), "'file' is not a folder");
  std::filesystem::create_symlink("/nowhere/at/all", Path("link"));
  EXPECT_EQ(Refusal(Init("link")), "'link' is a link to nowhere");
  EXPECT_EQ(Refusal(InitWorkspace("", {}, settings_)), "init needs the name of a folder");
}

TEST_F(WorkspaceTest, NoWorkspaceInAWorkspace) {
  ASSERT_TRUE(Init());
  EXPECT_EQ(Refusal(Init("ws/")),
            "'ws' is a golab workspace already (golab reset TASK puts one task back)");
  EXPECT_EQ(Refusal(Init("ws/task1")), "'ws/task1' lies in the golab workspace 'ws'");
  EXPECT_EQ(Refusal(Init("ws/inner")), "'ws/inner' lies in the golab workspace 'ws'");
  EXPECT_FALSE(std::filesystem::exists(Path("ws/inner")));
}

TEST_F(WorkspaceTest, FailedInitLeavesNothing) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  std::filesystem::create_directory(Path("ws"));
  ::chmod(Path("ws").c_str(), 0500);
  EXPECT_FALSE(Init());
  ::chmod(Path("ws").c_str(), 0700);
  EXPECT_TRUE(Tree("ws").empty());
}

TEST_F(WorkspaceTest, IsFoundFromInside) {
  ASSERT_TRUE(Init());
  std::filesystem::create_directories(Path("ws/task1/deep/er"));
  EXPECT_EQ(FindWorkspace(Path("ws/task1/deep/er")), Path("ws"));
  EXPECT_EQ(FindWorkspace(Path("ws")), Path("ws"));
  EXPECT_EQ(FindWorkspace(folder_.path()), "");
  EXPECT_EQ(FindWorkspace("/nowhere"), "");
  std::filesystem::create_directories(
      Path("fake/golab.toml"));  // a folder of that name is no marker
  EXPECT_EQ(FindWorkspace(Path("fake")), "");
}

TEST_F(WorkspaceTest, ResolvesIn) {
  ASSERT_TRUE(Init());
  EXPECT_EQ(In("ws", "task1").dir, Path("ws/task1"));
  EXPECT_EQ(In("ws", "task1").workspace, Path("ws"));
  EXPECT_EQ(In("ws", "task9").dir, Path("ws/task9"));  // not there: not attempted
  EXPECT_EQ(In("ws/task1", "task1").workspace, Path("ws"));
  Write("ana/task1/main.cc", "x");
  EXPECT_EQ(In("ana", "task1").dir, Path("ana/task1"));
  EXPECT_EQ(In("ana", "task1").workspace, "");
  EXPECT_EQ(In("ana/task1", "task1").dir, Path("ana/task1"));
  EXPECT_THAT(ResolveIn(Path("ws/task1"), "task2").error().Text(),
              HasSubstr("is the folder of task1, not of task2"));
  EXPECT_EQ(ResolveIn("/nowhere", "task1").error().Text(), "'/nowhere' is not there");
  EXPECT_EQ(ResolveIn("/etc/passwd", "task1").error().Text(), "'/etc/passwd' is not a folder");
}

TEST_F(WorkspaceTest, StillTheStarter) {
  ASSERT_TRUE(Init());
  EXPECT_TRUE(IsStillStarter(Path("ws/task2"), "task2"));
  Write("ws/task2/NOTES.md", "x");
  EXPECT_TRUE(IsStillStarter(Path("ws/task2"), "task2"));
  Write("ws/task2/more.cc", "x");
  EXPECT_FALSE(IsStillStarter(Path("ws/task2"), "task2"));
  std::filesystem::remove(Path("ws/task2/more.cc"));
  Write("ws/task2/work.h", "void Work(); ");
  EXPECT_FALSE(IsStillStarter(Path("ws/task2"), "task2"));
  std::filesystem::remove(Path("ws/task2/work.h"));
  EXPECT_FALSE(IsStillStarter(Path("ws/task2"), "task2"));
  EXPECT_FALSE(IsStillStarter(Path("ws/nothing"), "task2"));
}

TEST_F(WorkspaceTest, ResetKeepsWhatWasThere) {
  ASSERT_TRUE(Init());
  EXPECT_EQ(ResetTask(In("ws", "task2"), "task2")->backup, "");
  Write("ws/task2/work.cc", "mine");
  Write("ws/task2/more.cc", "mine too");
  Write("ws/task2/NOTES.md", "notes");
  auto outcome = ResetTask(In("ws", "task2"), "task2");
  ASSERT_TRUE(outcome.has_value()) << outcome.error().Text();
  EXPECT_EQ(outcome->backup, Path("ws/.golab/backup/task2-1"));
  EXPECT_THAT(outcome->restored, ElementsAre("work.cc"));
  EXPECT_TRUE(IsStillStarter(Path("ws/task2"), "task2"));
  EXPECT_EQ(Read("ws/.golab/backup/task2-1/work.cc"), "mine");
  EXPECT_EQ(Read("ws/.golab/backup/task2-1/more.cc"), "mine too");
  EXPECT_EQ(Read("ws/task2/NOTES.md"), "notes");
  Write("ws/task2/work.cc", "again");
  EXPECT_EQ(ResetTask(In("ws", "task2"), "task2")->backup, Path("ws/.golab/backup/task2-2"));
}

TEST_F(WorkspaceTest, ResetOfAMissingFolderALinkAndALooseFolder) {
  ASSERT_TRUE(Init());
  std::filesystem::remove_all(Path("ws/task1"));
  EXPECT_THAT(ResetTask(In("ws", "task1"), "task1")->restored, ElementsAre("README.md", "main.cc"));
  EXPECT_TRUE(IsStillStarter(Path("ws/task1"), "task1"));
  // A link is moved away, not written through.
  Write("elsewhere", "precious");
  std::filesystem::remove(Path("ws/task1/main.cc"));
  std::filesystem::create_symlink(Path("elsewhere"), Path("ws/task1/main.cc"));
  EXPECT_TRUE(ResetTask(In("ws", "task1"), "task1"));
  EXPECT_EQ(Read("elsewhere"), "precious");
  EXPECT_TRUE(IsStillStarter(Path("ws/task1"), "task1"));
  Write("loose/main.cc", "mine");
  EXPECT_EQ(ResetTask(In("loose", "task1"), "task1")->backup, Path("loose.backup-1"));
  EXPECT_EQ(Read("loose.backup-1/main.cc"), "mine");
  EXPECT_EQ(ResetTask(In("loose", "task9"), "task9").error().Text(),
            "there is no starter for 'task9'");
}

TEST_F(WorkspaceTest, Diff) {
  ASSERT_TRUE(Init());
  auto same = DiffTask(In("ws", "task2"), "task2");
  ASSERT_TRUE(same.has_value()) << same.error().Text();
  EXPECT_TRUE(same->same);
  EXPECT_EQ(DiffTask(In("ws", "task1"), "task1")->text,
            "--- yours/main.cc\n+++ reference/main.cc\n@@ -1,4 +1,5 @@\n #include "
            "<golab/golab.h>\n \n GOLAB_MAIN() {\n"
            "+  golab::Emit();\n }\n");
  Write("ws/task1/more.h", "int x;\n");
  EXPECT_THAT(DiffTask(In("ws", "task1"), "task1")->text,
              HasSubstr("--- yours/more.h\n+++ /dev/null\n"));
  EXPECT_EQ(DiffTask(In("ws", "task1"), "task9").error().Text(),
            "there is no reference for 'task9'");
  EXPECT_THAT(DiffTask(In("ws", "task9"), "task1").error().Text(),
              HasSubstr("cannot open the folder"));
}

TEST_F(WorkspaceTest, RemembersWhatPassedUntilItChanges) {
  ASSERT_TRUE(Init());
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kStarter);
  EXPECT_EQ(StateOf(Path("ws"), "task9"), TaskState::kStarter);
  EXPECT_FALSE(IsBegun(Path("ws/task9"), "task9"));
  ASSERT_TRUE(ReplaceFile(Path("ws/task1/main.cc"), "int one;\n"));
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kBegun);
  RememberOutcome(Path("ws"), "task1", true);
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kDone);
  EXPECT_EQ(StateOf(Path("ws"), "task2"), TaskState::kStarter);

  ASSERT_TRUE(ReplaceFile(Path("ws/task1/main.cc"), "int two;\n"));
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kChanged);
  RememberOutcome(Path("ws"), "task1", false);  // of these files; the others passed
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kChanged);
  ASSERT_TRUE(ReplaceFile(Path("ws/task1/main.cc"), "int one;\n"));
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kDone);
  RememberOutcome(Path("ws"), "task1", false);
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kBegun);

  // A file of its own beside them is another version; a broken memory is none.
  RememberOutcome(Path("ws"), "task1", true);
  ASSERT_TRUE(ReplaceFile(Path("ws/task1/more.h"), ""));
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kChanged);
  ASSERT_TRUE(ReplaceFile(Path("ws/.golab/done"), "\x01\xff task1"));
  EXPECT_EQ(StateOf(Path("ws"), "task1"), TaskState::kBegun);
}

}  // namespace
}  // namespace golab::lab
