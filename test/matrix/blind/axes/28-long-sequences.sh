# Companies with many plugins: three shared packages at two versions each, in every mixture, opened in mixed orders.
for d in log auth conf; do for v in 1 2; do module $d$v example.com/$d; printf 'package %s\n\nfunc V() int { return %s }\n' $d $v > $d$v/x.go; done; done
printf 'package conf\n\nimport "example.com/log"\n\nfunc V() int { return 1 + log.V() }\n' > conf1/x.go; printf 'package conf\n\nimport "example.com/log"\n\nfunc V() int { return 2 + log.V() }\n' > conf2/x.go
for c in conf1 conf2; do printf 'require example.com/log v1.0.0\nreplace example.com/log => ../log1\n' >> $c/go.mod; done
mix() { # NAME log auth conf (versions, 0 for none)
  module $1 example.com/$1; local body= n=1
  for d in log auth conf; do n=$((n + 1)); v=${!n}; [[ $v == 0 && $d != log ]] && continue; [[ $v == 0 ]] && v=1; printf 'require example.com/%s v1.0.0\nreplace example.com/%s => ../%s%s\n' $d $d $d $v >> $1/go.mod; [[ ${!n} == 0 ]] || body+="import \"example.com/$d\"\nvar V$d = $d.V()\n"; done
  printf 'package main\n\n' > $1/main.go; printf "$body" | grep import >> $1/main.go; printf "$body" | grep var >> $1/main.go
  plugin $1 $1 -trimpath
}
names=()
for l in 0 1 2; do for a in 0 1 2; do for c in 0 1 2; do [[ $l$a$c == 000 ]] && continue; mix m$l$a$c $l $a $c && names+=(m$l$a$c.so); done; done; done
mix h 1 0 2; rm -f h/blind_entry.go; mv h/main.go h/with.go; host mixed h -trimpath
for s in 1 2 3 4 5 6 7 8 9 10; do sequence plain-trim $(printf '%s\n' "${names[@]}" | shuf -n 6 --random-source=<(yes $s)); sequence mixed $(printf '%s\n' "${names[@]}" | shuf -n 5 --random-source=<(yes x$s)); done
