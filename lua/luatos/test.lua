--- `require "luatos.test"` in a spec of busted: a fresh device for each test.
require "luatos"
-- Now the runtime's own searcher comes first.
package.loaded["luatos.test"] = nil
return require "luatos.test"
