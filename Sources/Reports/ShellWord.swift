/// Text as one word of a shell's command line.
enum ShellWord {
  /// The text, in single quotes when it has other characters than names and paths do (POSIX Shell
  /// Command Language, section 2.2.2).
  static func quoted(_ text: String) -> String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:=@+"
    guard text.isEmpty || !text.allSatisfy(plain.contains) else { return text }
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
