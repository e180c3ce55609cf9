/// What the web interface lets people in with.
public struct WebAccess: Sendable {
  /// What sessions are signed with.
  public var secret: SessionSecret
  /// A link that signs in without a key, if one was handed out.
  public var link: SignInLink?

  /// By default, sessions end with the process, and there is no link.
  public init(secret: SessionSecret = SessionSecret(), link: SignInLink? = nil) {
    self.secret = secret
    self.link = link
  }
}
