/*
 * One line a code: name, meaning, remedy; in order of name. Meaning and remedy
 * are sentences without full stop. Read by codes.c.
 */
CODE(absent, "the provider has no such record",
     "look with 'custsync find' whether it was deleted there")
CODE(already_linked, "the customer has another record there already",
     "look with 'custsync find', then settle it with 'custsync link'")
CODE(ambiguous, "the keys fit several customers, or a value several records",
     "correct the keys in the source, or settle it with 'custsync link'")
CODE(ambiguous_create, "a create had no answer, and several records may be it",
     "look there, then say which one it is with 'custsync link'")
CODE(ambiguous_target, "several records at the provider fit the customer",
     "say which one it is with 'custsync link', or merge them there")
CODE(ambiguous_time, "the column does not say whether day or month comes "
     "first, and the value can be read both ways",
     "set one 'format' of the rule in the mapping, such as \"%d/%m/%Y\"")
CODE(apostrophe, "a value begins with an apostrophe that a spreadsheet may "
     "have put there",
     "nothing has to be done if it belongs there; 'strip' of the rule in the "
     "mapping takes it off")
CODE(bad_answer, "what came back from a login is not the answer to it",
     "paste the whole address that the browser ended at, or the code in it")
CODE(bad_archive, "the compressed file is damaged or cut short",
     "export or copy the file again")
CODE(bad_boolean, "the value is neither yes nor no",
     "use yes or no, or give the mapping a table of values")
CODE(bad_character, "the character cannot stand in the format",
     "correct the value in the source")
CODE(bad_configuration, "the configuration or a mapping file has a fault",
     "correct the line named; 'custsync check' looks again")
CODE(bad_contacts, "the list of contacts cannot be read",
     "a contact is an object with first_name, last_name, email, phone and "
     "primary")
CODE(bad_country, "the value is no country we know",
     "use the two-letter code of ISO 3166, or an English name")
CODE(bad_customer, "what the store holds of a customer cannot be read",
     "restore the state file from a copy, and report it")
CODE(bad_data_file, "a data file that ships with custsync is damaged",
     "install custsync again")
CODE(bad_element, "an element of a list cannot be used, and was left out",
     "correct the element in the source")
CODE(bad_email, "the value is no address that mail accepts",
     "correct the address in the source")
CODE(bad_encoding, "the bytes are not UTF-8",
     "name the encoding with --encoding (in a job: encoding), such as "
     "windows-1252")
CODE(bad_header, "the header line cannot be used",
     "look at the first lines of the file; --skip and --delimiter say where "
     "it is and what separates")
CODE(bad_id, "an id cannot stand in an address",
     "look at the id; ids of records have no slashes and are not empty")
CODE(bad_list, "the provider's list cannot be read to its end",
     "try again later; report it if it stays, with the name of the provider")
CODE(bad_method, "the contact method is none of email, phone and sms",
     "correct the value, or give the mapping a table of values")
CODE(bad_name, "the name cannot be an element of an XML file",
     "give the field another name in the mapping")
CODE(bad_path, "a path to the records cannot be used",
     "correct 'records' in the mapping")
CODE(bad_pattern, "the value does not have the form that the provider wants",
     "correct the value; the message says what is wanted")
CODE(bad_phone, "the value is no valid phone number",
     "correct the number; one without a country code is read in the region "
     "of the row, the mapping, the account or the configuration")
CODE(bad_record, "the record does not have the shape the mapping expects",
     "name the right mapping before the file, as in shopify:export.csv")
CODE(bad_reply, "the provider's answer is not what its file describes",
     "try again later; if it stays, the provider's file has to follow")
CODE(bad_row, "the row cannot be taken apart",
     "look at the line named; text after a closing quote and broken "
     "brackets are the usual reasons")
CODE(bad_shape, "a list, an object or elements stand where one text is expected",
     "correct the rule, or the value in the source; 'join' of the rule makes "
     "one text of several")
CODE(bad_status, "the value is neither active nor inactive",
     "correct the value, or give the mapping a table of values")
CODE(bad_time, "the value is no time in the format of the mapping",
     "set 'format' of the rule in the mapping, such as \"%d/%m/%Y\"")
CODE(bad_value, "an option or a job's key has a value that it cannot have",
     "the hint beside the message lists the values")
CODE(bad_yaml, "the file is not the YAML that custsync reads",
     "correct the line named; anchors, tags and keys given twice are refused")
CODE(both_changed, "source and target changed the same field",
     "nothing has to be done; --prefer says who wins")
CODE(breaker_open, "the provider failed several times in a row, so nothing is "
     "sent for a while", "wait; what is pending is kept, and the next run "
     "carries on")
CODE(broken, "the provider does not work, or not at this address",
     "look at base_url and the tenant of the account, then at the provider")
CODE(broken_file, "the file is broken or cut short at the place named",
     "export it again; nothing of it was used")
CODE(bug, "custsync contradicts itself", "report it, with the message")
CODE(cannot_create, "the output file cannot be created",
     "the folder has to be there, and yours to write in")
CODE(cannot_open, "a mapping or configuration file cannot be opened",
     "look at the path and at the rights of the file")
CODE(cannot_read, "a mapping or configuration file cannot be read",
     "look at the rights of the file and at the disk")
CODE(changed_since, "somebody changed it since the run that was to be undone "
     "wrote it, so it was left as it is",
     "nothing has to be done if the change is right; 'custsync explain' shows "
     "who wrote what")
CODE(clock_off, "the provider refuses the time that a request was signed with",
     "set the clock of this host, best by NTP")
CODE(column_gone, "a column or member that the source had is not there any more",
     "nothing has to be done if it was taken out; else look at the export, and "
     "at the name in the header")
CODE(column_unused, "columns hold values that the mapping does not read",
     "nothing has to be done if they are not wanted; else correct the name in "
     "the header, or name the column in a mapping of your own ('custsync help "
     "mapping-files'); 'custsync check' lists them all")
CODE(country_names, "the list of countries cannot be read",
     "install the package iso-codes again")
CODE(cut_row, "the file ends in the middle of the row",
     "export the file again")
CODE(data_missing, "a data file that ships with custsync is not there",
     "install custsync again, or set CUSTSYNC_MAPPINGS to its mappings")
CODE(data_too_large, "a data or mapping file is larger than allowed",
     "make it smaller; such files are written by hand")
CODE(date_serial, "a date column holds a spreadsheet's day number",
     "format the column as a date and export again, or set 'format: serial' of "
     "the rule in the mapping")
CODE(deadline, "the time of --deadline has come",
     "nothing has to be done; the next run carries on")
CODE(denied, "the provider refused the credentials",
     "look at the account's settings in the configuration, and at its rights "
     "at the provider")
CODE(differs, "the provider shows something else than was left there",
     "'custsync verify -v' shows both; if it is somebody's edit, the next sync "
     "deals with it by --prefer")
CODE(disk_full, "the disk is full", "make room and run it again; nothing is "
     "lost")
CODE(double_encoded, "the text was UTF-8, taken for Windows-1252 and encoded "
     "once more",
     "export again as UTF-8, or let 'repair: [double_encoded]' in the mapping "
     "put it right")
CODE(duplicate, "the provider has another record with that email or number",
     "correct the row, or 'custsync link' the customer to the record it has")
CODE(duplicate_column, "two columns have the same name",
     "the first that is not blank is used; rename one to use both")
CODE(duplicate_denied, "the provider says that the customer is there, but "
     "cannot find it", "look there by hand, then use 'custsync link'")
CODE(duplicate_rows, "several rows are one customer and --duplicates is "
     "reject", "remove the rows, or use --duplicates merge")
CODE(edit_replaced, "the target had changed a field that the source owns",
     "nothing has to be done; 'owner' of the job says whose word counts")
CODE(empty_file, "the file has no bytes", "look whether the export worked")
CODE(empty_source, "the source has nobody, and all it had would be deactivated",
     "look at the export; --missing keep goes on without")
CODE(empty_table, "a table of values has no rows",
     "fill the file that 'values_file' names")
CODE(encoding_doubt, "the mapping's usual encoding and the file's bytes "
     "disagree",
     "name the right one with --encoding, such as utf-8")
CODE(endless_list, "the provider's list does not end",
     "report it, with the name of the provider")
CODE(error_word, "a formula's error stands where a text is expected",
     "mend the formula in the spreadsheet and export again")
CODE(expanded, "a number that a spreadsheet wrote as an amount was written "
     "out, no digit was lost",
     "nothing has to be done; the column formatted as text is safer")
CODE(extension_dropped, "the extension of a phone number was left out",
     "nothing has to be done; no provider has a place for it")
CODE(fewer_rows, "the source has less than half the rows of the last run",
     "look whether the export is whole; nobody is deactivated by this alone")
CODE(file_changed, "the file was written to while it was read",
     "run it again when the export is done")
CODE(foreign_redirect, "the provider points to another host, which is not "
     "followed", "look at base_url of the account")
CODE(forgotten, "a key of the row is that of somebody whom 'custsync forget' "
     "erased", "take the row out of the source; another person needs another "
     "key")
CODE(formula_cell, "a cell stands in =\"...\" as spreadsheets write texts",
     "nothing has to be done; the wrapper was taken off")
CODE(found_other, "a create had no answer, and a record with one of its keys "
     "is not what was sent",
     "look there, then use 'custsync link' with that record's id, or with new")
CODE(gone, "the record was deleted at the provider",
     "--recreate or 'custsync link KEY=VALUE ACCOUNT: new' makes it anew, "
     "unlink forgets it, 'custsync retry' looks once more")
CODE(guarded_cell, "a cell has an apostrophe before it that keeps spreadsheets "
     "from calculating",
     "nothing has to be done; the apostrophe was taken off")
CODE(id_reused, "the reference id belonged to somebody else before",
     "give the customer a new id; or 'custsync unlink' it if it is right")
CODE(in_doubt, "a change of the customer was sent, and what became of it is not "
     "known yet", "run the sync of its account, which finds out, and give the "
     "command again")
CODE(interrupted, "a signal ended the run",
     "nothing has to be done; the next run carries on")
CODE(io, "a file could not be written or read",
     "look at the disk and at the rights")
CODE(key_of_many, "the value is shared by too many different customers to "
     "identify anybody", "nothing has to be done; other keys are used")
CODE(key_taken, "another customer has the value, and the provider allows it "
     "once", "remove it from one of the two customers")
CODE(known_only, "the provider has no list: who is linked was read, nobody else",
     "nothing can be done; 'custsync find' looks single customers up")
CODE(listed_before, "the read of an account went on where an earlier run "
     "had stopped", "nothing has to be done; who was made since is read next time")
CODE(locked, "another run works on the same account",
     "wait for it, or let --wait do that")
CODE(login_late, "nobody answered the page of a login",
     "log in again when somebody is at the browser")
CODE(login_refused, "the provider's page gave no leave",
     "log in again, as somebody who may allow it, and say yes")
CODE(long_table, "a table of values is longer than allowed",
     "shorten the file that 'values_file' names")
CODE(lookup_broken, "a look-up gives no answer to what was asked",
     "try again later; see whether 'custsync find' finds the customer")
CODE(lost_digits, "a spreadsheet has cut digits off the number",
     "format the column as text in the spreadsheet and export again")
CODE(lost_zero, "a postcode has a digit less than its country's have",
     "format the column as text in the spreadsheet, or let 'repair: "
     "[lost_zero]' in the mapping put the zero back")
CODE(many_entries, "the zip holds more than one file",
     "name the one that is meant behind the zip, export.zip/people.csv say, or "
     "unpack it")
CODE(match_gone, "the source has lost what people were known by",
     "look at the export; if it was taken out, name the other keys once with "
     "--match")
CODE(maybe_lost_digits, "an id looks as if a spreadsheet had rounded it",
     "format the column as text in the spreadsheet and export again")
CODE(maybe_same, "a new customer looks like one that has just vanished",
     "if it is the same, 'custsync link' the new one to the record")
CODE(missing, "the source no longer has the customer",
     "--missing says what may be done about it")
CODE(missing_required, "the provider needs a value that the row lacks",
     "fill the field in the source")
CODE(missing_setting, "the account lacks a setting that its provider needs",
     "add it to the account in the configuration")
CODE(missing_value, "a call to the provider lacks a value",
     "add the setting to the account, or give the look-up its keys")
CODE(mixed_files, "the files of one source have different shapes",
     "name the mapping before each file, or run them one after the other")
CODE(names_differ, "rows with a common key were merged, though their names "
     "have no word in common", "look whether two people share the address "
     "or number")
CODE(never_read, "not all customers of the account that is FROM were ever read, "
     "and the plan knows only those that were",
     "read it with 'custsync pull', or plan with --look")
CODE(new_account, "the account's name stood for another tenant or address "
     "before", "nothing has to be done if that is meant; nothing is known of "
     "the new one yet")
CODE(no_answer, "the request was sent and no whole answer came",
     "run it again; what may have been done is looked up first")
CODE(no_curl, "the HTTP library could not be set up",
     "look whether the machine has memory and file handles left")
CODE(no_input, "the source cannot be opened",
     "look at the path and at the rights of the file")
CODE(no_known_column, "no column of the file is known to the mapping",
     "name the mapping before the file; 'custsync mappings' lists them")
CODE(no_line_end, "the last line of the file has no line end",
     "nothing has to be done if the program that wrote it leaves it out; else "
     "export the file again")
CODE(no_list, "the provider cannot list its customers",
     "use it as TO first: those that are linked are read from then on; "
     "'custsync find' looks single customers up")
CODE(no_mapping, "there is no mapping of that name",
     "'custsync mappings' lists them; a path is written with a slash")
CODE(no_memory, "the memory is used up", "run it where there is more")
CODE(no_outside_value, "the table of values has no word for the value",
     "add it to 'values' in the mapping")
CODE(no_provider, "there is no provider of that name",
     "'custsync mappings' lists them")
CODE(no_records, "the path to the records leads nowhere",
     "correct 'records' in the mapping, or name the right mapping")
CODE(no_region, "a number without a country code has no region",
     "set 'region' in the configuration, at the account or in the mapping")
CODE(no_slot, "more requests than allowed were begun at once",
     "report it, with the message")
CODE(no_such_call, "the provider has no such call", "its file in 'custsync "
     "mappings' says what there is")
CODE(no_token, "the provider's answer holds no access token",
     "look at client_id, client_secret and refresh_token of the account")
CODE(nobody, "the row has no name, or no way to reach anybody",
     "fill in a name, an email or a phone number")
CODE(not_carried, "the target has no place for a value that some customers "
     "have",
     "nothing has to be done, or map the field: a mapping of your own comes "
     "before the shipped one")
CODE(not_deactivated, "a customer that the source lost was left active",
     "the message says why; where the provider has no way, do it there by hand")
CODE(not_in_encoding, "the file's encoding lacks a character of the value, "
     "which was left out",
     "write another format, or give the mapping 'encoding: utf-8'")
CODE(not_in_plan, "what is left of a plan that was begun says this of the "
     "customer no more, and it was left alone",
     "the next sync or plan weighs it anew")
CODE(not_linked, "the customer has no record at the account",
     "nothing has to be undone")
CODE(not_undone, "what a run wrote cannot be put back",
     "do it there by hand, if it matters; 'custsync explain' shows what was "
     "there before")
CODE(not_wanted, "the target is a list of other customers: of subscribers, say",
     "nothing has to be done; 'only' in the mapping says who belongs there")
CODE(notify_failed, "the command of --notify failed or did not end",
     "try it by hand, with a report on its standard input")
CODE(one_way, "the mapping says how to read a shape, not how to write it",
     "write another shape; 'custsync mappings' lists them")
CODE(opt_in_without_address, "an opt-in whose address or number is missing "
     "goes as false", "fill in the email or the mobile number")
CODE(other_tenant, "the token is for another tenant than the account's",
     "correct the tenant in the configuration, or give the account a refresh "
     "token of that tenant")
CODE(passed_over, "of several columns for one field the first is taken, and "
     "another had another value; or 'when' in the mapping left one out",
     "nothing has to be done if what is taken is the right one; else give the "
     "other column a field in a mapping of your own, such as custom.NAME")
CODE(pattern_limit, "a pattern of the mapping took too many steps over a value, "
     "or the value is too long for one",
     "make the pattern simpler, or shorten the value in the source")
CODE(plan_altered, "the plan's file was altered after it was made, or is none",
     "make the plan anew with 'custsync plan --out'")
CODE(plan_applied, "the plan was carried out before, and nothing of it is left",
     "nothing has to be done")
CODE(plan_configuration_moved, "an account, the job or a policy has changed in "
     "the configuration since the plan was made",
     "make the plan anew with 'custsync plan --out'")
CODE(plan_mapping_moved, "a mapping or a provider's file has changed since the "
     "plan was made", "make the plan anew with 'custsync plan --out'")
CODE(plan_other_state, "the plan was made over another state file",
     "name that one with --state, or make the plan anew")
CODE(plan_source_moved, "the source has changed since the plan was made",
     "make the plan anew with 'custsync plan --out'")
CODE(plan_state_moved, "another run, or a link by hand, has changed what is "
     "known since the plan was made",
     "make the plan anew with 'custsync plan --out'")
CODE(plan_target_moved, "a record at the provider is not as it was when the plan "
     "was made",
     "make the plan anew with 'custsync plan --out'")
CODE(plan_unproved, "records of a plan could not be read, so that nothing of it "
     "was sent", "do the same again later")
CODE(port_taken, "the port on which a login would wait is not free",
     "give another with --port, or none and paste the address")
CODE(read_error, "a file could not be read to its end",
     "look at the disk or at the share it lies on")
CODE(record_taken, "the record belongs to another customer",
     "unlink that customer first, if it is wrong")
CODE(record_twice, "several records at the provider have one reference id",
     "merge them there; 'custsync explain ACCOUNT:=ID' shows which one is linked")
CODE(records_gone, "records that were known are not there any more",
     "'custsync explain' tells of whom; a sync makes them anew with --recreate")
CODE(recreated, "the record was deleted at the provider, and was made anew",
     "nothing has to be done; --recreate asked for it")
CODE(redirected, "the provider sends us elsewhere, which is not followed",
     "check base_url; credentials never go to an address that a reply names")
CODE(rejected, "the provider refused the record, in the words of the message",
     "correct the row in the source; it is sent again when it changes")
CODE(repeated_header, "the header stands again in the file: it was passed over",
     "nothing has to be done; files may have been put together")
CODE(rows_left_out, "a record of several rows says more than one customer has "
     "places for",
     "look at the rows; a rule with 'when' takes what it is wanted for")
CODE(several_primary, "more than one contact is the primary one",
     "the first is taken; mark only one in the source")
CODE(several_values, "the cell holds several addresses or numbers",
     "the first valid one is used; give the others columns of their own")
CODE(short_row, "rows have fewer cells than the header, and others have all",
     "nothing has to be done if the program that wrote it leaves out blank "
     "cells at a row's end; else look for a line end in a cell without quote "
     "marks")
CODE(skipped, "a filter of the mapping leaves the row out",
     "nothing has to be done; 'skip_when' in the mapping decides")
CODE(state_bug, "the store was used in a way it does not allow",
     "report it, with the message")
CODE(state_busy, "the store stayed locked too long",
     "try again; no two machines may share one state file")
CODE(state_corrupt, "the state file is damaged",
     "look at the disk and run again; else restore it from a copy, or put it "
     "aside: a new one finds its customers again by look-up")
CODE(state_create, "the state file cannot be created",
     "look at the rights of its folder; --state names another one")
CODE(state_exposed, "others can read, write or exchange the state file",
     "chmod 600 it; it is a plain file of whoever runs custsync, no link")
CODE(state_foreign, "the file is a database, but not ours",
     "name another file with --state")
CODE(state_io, "the state file cannot be read or written",
     "look at the disk and at the rights")
CODE(state_newer, "the state file was written by a newer custsync",
     "use that version, or another state file")
CODE(state_older, "the state file is of an older version and may not be "
     "changed now", "run a sync once, which brings it up to date")
CODE(stray_quote, "a quote mark that does not belong there makes one cell of "
     "several rows",
     "take it out, or put its cell in quote marks and double it")
CODE(throttled, "the provider asks to wait longer than this run may",
     "run it again later; what is pending is kept")
CODE(title_line, "a line of one cell was passed over",
     "nothing has to be done if it is a title; the rest of a cell with a line "
     "end in it needs quote marks around the cell")
CODE(too_large, "a cell, row or file is larger than allowed",
     "look for a quote that was never closed")
CODE(too_long, "the value is longer than the provider takes",
     "shorten it in the source")
CODE(too_many, "a list has more elements than allowed",
     "shorten it in the source")
CODE(too_many_changes, "more known records would change than --max-changes "
     "allows, so nothing was sent", "look at the plan; if it is right, give a "
     "higher --max-changes")
CODE(too_many_rows, "more rows share a key than one customer can have",
     "the key is a placeholder: leave it out of the source or of --match")
CODE(too_short, "the value is shorter than the provider takes",
     "write it out in the source")
CODE(torn_row, "a line end in a cell without quote marks tears the row",
     "put the cell in quote marks, or take the line end out of it")
CODE(total_row, "a row of totals was passed over", "nothing has to be done")
CODE(unclosed_quote, "a quote was opened and never closed",
     "close it, or double the quote mark inside the cell")
CODE(unexpected_answer, "the provider gave an answer that means nothing here",
     "run it again; if it stays, the provider's file has to follow")
CODE(unknown_account, "the configuration has no account of that name",
     "correct the name, or add the account")
CODE(unknown_customer, "no customer with that key is known",
     "run a sync or a pull over the source first")
CODE(unknown_format, "the format of a file is not told by its name",
     "add --format or --to-format")
CODE(unknown_key, "there is no such setting", "the hint names the nearest one")
CODE(unknown_run, "there is no such run, or what it did is forgotten",
     "'custsync runs' lists them; lives are kept for 90 days")
CODE(unknown_value, "the table of values does not have the value",
     "add it to 'values' in the mapping")
CODE(unlisted, "customers are there that the provider's list does not show",
     "nothing has to be done: they were read by their ids; ask the provider "
     "which records its list leaves out")
CODE(unreachable, "nothing answers at the provider's address",
     "look at the network and at base_url of the account")
CODE(unsearchable, "a record may have been made, and the provider cannot be "
     "searched for it", "look there by hand, then use 'custsync link'")
CODE(untrusted, "the server's certificate is vouched for by nobody",
     "look at base_url and at this machine's clock; 'ca_file' of the account "
     "names a certificate of your own")
CODE(usage, "the command line cannot be understood",
     "'custsync COMMAND --help' shows how it is written")
CODE(words_dropped, "words beside an address or a number were left out",
     "give them a column of their own, such as one of notes")
CODE(writable_by_others, "others can write a file that decides where data and "
     "credentials go", "chmod go-w it, and read it again before it is used")
CODE(write_error, "the output could not be written to its end",
     "look at the disk; the old file, if any, is untouched")
CODE(zero_restored, "the leading zero that a spreadsheet takes off was put "
     "back",
     "nothing has to be done; the column formatted as text is safer")
