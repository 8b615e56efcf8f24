package verdict

import (
	"fmt"
	"slices"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/elffile"
)

const (
	// What is left over is rounded up to the alignment of a thread's descriptor (elf/dl-tls.c: _dl_determine_tlsoffset; TCB_ALIGNMENT).
	staticTLSRounding = 64
	// Less than any glibc has left; it is said of hosts that are not for this system.
	staticTLSSurelyThere = 512
)

// StaticBlock is the thread-local storage of one file that is to get a place in the static block.
type StaticBlock struct {
	Path        string
	Size, Align uint64
	// Insists: it can't be opened without.
	Insists bool
}

// staticTLS: a file that insists on static thread-local storage gets it, when it is opened, from what was left over at the start of the process
// (elf/dl-reloc.c: _dl_try_allocate_static_tls). How much that is glibc's tunables say (elf/dl-tls.c: _dl_tls_static_surplus_init);
// plugins before took of it.
func staticTLS(s *subject, scope *linkerScope) ruling {
	if !scope.isHere {
		return staticTLSElsewhere(s)
	}
	blocks := s.staticBlocks(scope)
	if len(blocks) == 0 {
		return ruling{}
	}
	isBelow := s.libraries.Machine() == "x86-64"
	surplus := int64(s.libraries.StaticTLSSurplus())
	left := staticTLSLeft{surplus, surplus + staticTLSRounding - 1}
	for _, block := range s.before.StaticTLS() {
		left = left.without(block, isBelow)
	}
	var findings []Finding
	decided := true
	for _, block := range blocks {
		if block.Insists && int64(block.Size) > left.most {
			findings, decided = append(findings, noRoom(block, s.plugin.Path, left.most, len(s.before.StaticTLS()) > 0)), true
			break
		}
		if block.Insists && (block.most(isBelow) > left.least || block.Align > staticTLSRounding) {
			findings, decided = append(findings, mayNotFit(block, s.plugin.Path)), false
		}
		left = left.without(block, isBelow)
	}
	const what = "room for static thread-local storage"
	if !decided {
		return notChecked(what, findings...)
	}
	return checked(what, findings...)
}

// staticTLSLeft are the bytes that are left of static storage: what is certain.
type staticTLSLeft struct{ least, most int64 }

// without is what is left after a block got its place. Where storage lies below the thread pointer it is a multiple of the block's alignment
// (elf/dl-reloc.c: TLS_TCB_AT_TP, of x86); above it, as much is lost as brings the block to its alignment.
func (l staticTLSLeft) without(block StaticBlock, isBelow bool) staticTLSLeft {
	after := func(bytes int64) int64 {
		rest, align := bytes-int64(block.Size), int64(block.Align)
		return rest - (rest%align+align)%align
	}
	lost, kept := l.least-block.most(isBelow), l.most-int64(block.Size)
	if isBelow {
		lost, kept = after(l.least), after(l.most)
	}
	if !block.Insists {
		// What need not be there may have been left out.
		kept = l.most
	}
	return staticTLSLeft{lost, kept}
}

// most is as much as it may take up.
func (b StaticBlock) most(isBelow bool) int64 {
	if isBelow {
		return int64(b.Size)
	}
	return int64(b.Size + b.Align - 1)
}

// StaticBlocksOf is what the plugin takes of static thread-local storage when it is opened.
func StaticBlocksOf(plugin *evidence.Evidence, host *Host, libraries Libraries, before Before) []StaticBlock {
	if plugin.Linker == nil {
		return nil
	}
	s := &subject{plugin: plugin, host: host, libraries: libraries, before: before}
	return s.staticBlocks(s.scope())
}

// staticBlocks get a place in static storage when the plugin is opened, in the order in which they are met: the last library is relocated first. Not
// those that have one already.
func (s *subject) staticBlocks(scope *linkerScope) []StaticBlock {
	type file struct {
		path    string
		storage *elffile.ThreadLocal
		defines func(string) bool
	}
	files := []file{{s.plugin.Path, s.plugin.ThreadLocal, func(name string) bool { return s.libraries.DefinesIn(s.plugin.Path, name) }}}
	for _, library := range scope.added {
		files = append(files, file{library.Path, library.ThreadLocal, library.Defines})
	}
	isTheirs := func(name string) bool {
		return s.host != nil && s.host.Evidence.Defines(name) || s.before.Defines(name, nil) ||
			slices.ContainsFunc(scope.names, func(other string) bool {
				return !slices.Contains(scope.added, scope.byName[other]) && scope.byName[other].Defines(name)
			})
	}
	taken := map[string]bool{}
	for _, one := range files {
		if one.storage == nil {
			continue
		}
		for _, name := range one.storage.Names {
			if isTheirs(name) {
				continue
			}
			if i := slices.IndexFunc(files, func(f file) bool { return f.defines(name) }); i >= 0 {
				taken[files[i].path] = true
			}
		}
	}
	var blocks []StaticBlock
	for _, one := range slices.Backward(files) {
		if one.storage == nil || one.storage.Size == 0 || slices.ContainsFunc(s.before.StaticTLS(), func(b StaticBlock) bool { return b.Path == one.path }) {
			continue
		}
		insists := one.storage.Insists || taken[one.path]
		if insists || one.storage.MayTake {
			blocks = append(blocks, StaticBlock{one.path, one.storage.Size, one.storage.Align, insists})
		}
	}
	return blocks
}

func noRoom(block StaticBlock, plugin string, most int64, isTaken bool) Finding {
	left := Grouped(uint64(max(0, most))) + " bytes are left at most"
	f := aboutStatic(block, plugin)
	f.Host = left
	f.Message = fmt.Sprintf("%s, and %s", wantsStatic(block, plugin), left)
	if isTaken {
		f.Message += ": plugins before took theirs"
	}
	f.LoaderMessage = block.Path + ": cannot allocate memory in static TLS block"
	return New("OCX0218", f)
}

func mayNotFit(block StaticBlock, plugin string) Finding {
	f := aboutStatic(block, plugin)
	f.Message = wantsStatic(block, plugin) + ", of which little is left in a running process"
	f.LoaderMessage = "cannot allocate memory in static TLS block"
	return New("OCX0209", f)
}

func wantsStatic(block StaticBlock, plugin string) string {
	who := "wants"
	if block.Path != plugin {
		who = block.Path + ", which it needs, wants"
	}
	return fmt.Sprintf("%s %s bytes of static thread-local storage", who, Grouped(block.Size))
}

func aboutStatic(block StaticBlock, plugin string) Finding {
	f := Finding{
		Subject:  "PT_TLS",
		Plugin:   Grouped(block.Size) + " bytes",
		Evidence: "program header PT_TLS, relocations for an offset from the thread pointer",
		Fix:      "build its C code with -ftls-model=global-dynamic, or start the host with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=BYTES",
	}
	if block.Path != plugin {
		f.Subject = block.Path
	}
	return f
}

// staticTLSElsewhere: of a host for another system only what any glibc has is sure.
func staticTLSElsewhere(s *subject) ruling {
	storage := s.plugin.ThreadLocal
	if storage == nil || !storage.Insists || storage.Size <= staticTLSSurelyThere {
		return ruling{}
	}
	block := StaticBlock{s.plugin.Path, storage.Size, storage.Align, true}
	return notChecked("room for static thread-local storage", mayNotFit(block, s.plugin.Path))
}
