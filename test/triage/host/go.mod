module example.com/plainhost

go 1.25
