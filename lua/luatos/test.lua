--- `require "luatos.test"` in a spec of busted: a fresh device for each test.
require "luatos"
-- From here on the runtime's own searcher finds it.
package.loaded["luatos.test"], package.preload["luatos.test"] = nil, nil
return require "luatos.test"
